# SPDX-License-Identifier: Apache-2.0
# SpamAssassin kept loaded: reads "ask|spam|ham LENGTH" and the message, answers each with a line, the score. Local tests only, Bayes on, nothing learned by itself.
use strict;
use warnings;
use Mail::SpamAssassin;

my ($folder) = @ARGV;
my $sa = Mail::SpamAssassin->new({
  dont_copy_prefs => 1, local_tests_only => 1, userstate_dir => $folder, home_dir_for_helpers => $folder,
  post_config_text => "use_bayes 1\nbayes_path $folder/bayes\nbayes_auto_learn 0\nbayes_auto_expire 0\nbayes_learn_to_journal 0\nlock_method flock\n",
});
$sa->compile_now(0);
$sa->init_learner({ learn_to_journal => 0, caller_will_untie => 1 });
$| = 1;
binmode STDIN;
print "ready\n";
while (defined(my $line = <STDIN>)) {
  my ($kind, $length) = $line =~ /^(\w+) (\d+)$/ or die "what is $line";
  my $text = '';
  while (length $text < $length) {
    my $got = read(STDIN, $text, $length - length $text, length $text);
    die 'the message is cut' unless $got;
  }
  my $mail = $sa->parse($text, 0);
  if ($kind eq 'ask') {
    my $status = $sa->check($mail);
    print $status->get_score(), "\n";
    $status->finish();
  } else {
    $sa->learn($mail, undef, $kind eq 'spam' ? 1 : 0, 0)->finish();
    print "0\n";
  }
  $mail->finish();
}
$sa->finish_learner();
