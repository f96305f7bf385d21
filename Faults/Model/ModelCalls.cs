using System.Collections.Concurrent;

namespace CloudIa.Faults.Model;

/// <summary>What was asked, and how often.</summary>
internal sealed class ModelCalls
{
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private readonly ConcurrentBag<string> _foreign = [];

    /// <summary>Conversations in which the model was shown another user's text.</summary>
    public IReadOnlyCollection<string> Foreign => _foreign;

    /// <returns>The number of this call of the prompt, from 1.</returns>
    public int Add(string token) => _calls.AddOrUpdate(token, 1, (_, count) => count + 1);

    public int Of(string token) => _calls.GetValueOrDefault(token);

    public void AddForeign(string token) => _foreign.Add(token);
}
