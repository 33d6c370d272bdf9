# SPDX-License-Identifier: Apache-2.0
# Prints, for each file named on standard input, the rules that hit it: FILE, a tab, NAME=COUNT with commas between. Local tests alone; no Bayes, no history.
# The rules are those of the folder named, else SpamAssassin's own.
use strict;
use warnings;
use Mail::SpamAssassin;

my ($rules) = @ARGV;
my $spamassassin = Mail::SpamAssassin->new({
  defined $rules ? (rules_filename => $rules) : (),
  local_tests_only => 1,
  dont_copy_prefs => 1,
  userprefs_filename => '/dev/null',
  post_config_text => join "\n",
    'use_bayes 0', 'use_auto_whitelist 0', 'bayes_auto_learn 0', 'normalize_charset 1',
    'clear_trusted_networks', 'trusted_networks 127.0.0.0/8', '',
});
$spamassassin->compile_now(0);
$| = 1;
print "version\t", Mail::SpamAssassin::Version(), "\n";
while (my $file = <STDIN>) {
  chomp $file;
  open my $handle, '<:raw', $file or die "$file: $!";
  my $raw = do { local $/; <$handle> };
  close $handle;
  my $message = $spamassassin->parse($raw);
  my $status = $spamassassin->check($message);
  my $hits = $status->{tests_already_hit};
  print "$file\t", join(',', map { "$_=$hits->{$_}" } sort grep { $hits->{$_} } keys %$hits), "\n";
  $status->finish;
  $message->finish;
}
