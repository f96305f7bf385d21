using CloudIa.Store;
using Microsoft.Extensions.Caching.Memory;

namespace CloudIa.Processor.Context;

/// <summary>How many tokens stored messages have, so that a chat's history is not counted again with each turn. It holds numbers, no content.</summary>
internal sealed class CountedTokens : IDisposable
{
    private const int Most = 100_000;
    private readonly MemoryCache _counts = new(new MemoryCacheOptions { SizeLimit = Most });

    public int Of(MessageRecord message, TokenCounter counter)
    {
        // A partial answer can be replaced by a later attempt's, under the same id: its text is a part of the key.
        var key = (counter.Encoding, message.MessageId, message.Content.Length, message.Content.GetHashCode(StringComparison.Ordinal));
        if (_counts.TryGetValue(key, out int known))
        {
            return known;
        }

        var count = counter.Count(message.Content);
        _counts.Set(key, count, new MemoryCacheEntryOptions { Size = 1 });
        return count;
    }

    public void Dispose() => _counts.Dispose();
}
