// SPDX-License-Identifier: Apache-2.0
/** A small population that tests share: honest offices, bots that are listed after a while, a pool. */
export const smallPopulation = `
seed = 7
days = 2
messagesPerDay = 60

[receiver]
mailboxes = 5

[[lists]]
zone = "bl.example"
kind = "block"

[[classes]]
name = "offices"
truth = "ham"
share = 3
senders = 5
domain = "office{n}.example"
addresses = { networks = ["198.51.100.0/24"] }
reverse = { form = "confirmed" }
proof = { spf = "pass", isSigned = true }
retry = { schedule = "minutes", minutes = [15, 30, 60] }

[[classes]]
name = "bots"
truth = "spam"
share = 6
senders = 40
domain = "forged{n}.example"
addresses = { networks = ["240.0.0.0/8"] }
reverse = { form = "confirmed", name = "dyn-{ip}.isp.example" }
hello = "dyn-{ip}"
proof = { spf = "fail" }
listed = [{ zone = "bl.example", share = 0.5, afterMinutes = { from = -60, to = 20 } }]
patienceSeconds = { from = 3, to = 40 }
answerPatienceSeconds = 30
talksEarly = 0.2
pipelining = "blind"
retry = { schedule = "none" }
recipients = { from = 1, to = 3 }
to = { unknownShare = 0.3 }
recognised = 0.9

[[classes]]
name = "pool"
truth = "ham"
kind = "code"
share = 1
senders = 1
domain = "pool{n}.example"
addresses = { networks = ["203.0.113.0/24", "2001:db8::/64"], perSender = 7, isScattered = true }
reverse = { form = "missing" }
hello = "mta.{domain}"
proof = { spf = "pass" }
pipelining = "asked"
retry = { schedule = "minutes", minutes = [6, 29, 57, 99] }
retryFrom = "any"
giveUpHours = 4
sender = "verp"
`;
