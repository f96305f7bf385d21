using CloudIa.Faults.Model;

namespace CloudIa.Faults.Ledger;

/// <summary>Nobody gets what is another's, and no log has what users or models said.</summary>
internal sealed class PrivacyCheck : ICheck
{
    public IEnumerable<Finding> Find(Evidence evidence)
    {
        Dictionary<Guid, string> owners = [];
        foreach (var submission in evidence.Book.Jobs)
        {
            foreach (var job in submission.Accepted)
                owners[job] = submission.User;
        }

        foreach (var socket in evidence.Book.Sockets)
        {
            foreach (var job in socket.Events.Where(x => x.Event is not (SocketLog.Resumed or SocketLog.NotResumed) && (x.Foreign || (owners.TryGetValue(x.JobId, out var owner) && owner != socket.User))).Select(x => x.JobId).Distinct())
                yield return new(FindingKind.Leaked, job, $"a listener of {socket.User} got what is {owners.GetValueOrDefault(job, "another's")}");
        }

        foreach (var message in evidence.Messages)
        {
            if (owners.TryGetValue(message.JobId, out var owner) && Canary.HasForeign(message.Content, owner))
                yield return new(FindingKind.Leaked, message.JobId, $"the history of {owner} has another user's words");
        }

        foreach (var token in evidence.ForeignConversations)
            yield return new(FindingKind.Leaked, null, $"the model was shown another user's words with {token}");

        foreach (var place in evidence.LoggedText)
            yield return new(FindingKind.Leaked, null, $"words of a prompt or an answer in the output of {place}");
    }
}
