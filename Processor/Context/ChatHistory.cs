using System.Text;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Store;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Context;

/// <summary>The messages that led to a place of a chat: its newest from DynamoDB, what was read before from the cache.</summary>
/// <remarks>
/// Kept is only what can never change: whole messages, each at the very place that the one after it names as its parent. An empty place (its turn failed)
/// may be filled by a retry, and a partial answer be replaced: there the kept part ends. So a kept message has the same history on every branch and whoever
/// kept it, and nothing has to be taken out when something is stored.
/// </remarks>
internal sealed class ChatHistory(IChatStore chats, IContextCache cache, IOptions<LlmOptions> options)
{
    /// <summary>With what was said last turn the chain meets what is kept; then larger pages, for a cold cache.</summary>
    private const int FirstPage = 2;
    private const int Page = 20;

    /// <summary>Nearly no text has more bytes a token: what is read beyond that would not be shown to a model.</summary>
    private const int BytesPerToken = 8;

    /// <returns>Newest first: at most <c>Llm:ContextMessages</c>, and no more than could fit into <c>Llm:ContextTokens</c>.</returns>
    public async Task<IReadOnlyList<MessageRecord>> ReadAsync(Guid chatId, long from, CancellationToken cancellationToken)
    {
        var most = options.Value.ContextMessages;
        if (most == 0 || from <= 0)
        {
            return [];
        }

        var (messages, room) = (new List<MessageRecord>(), (long)options.Value.ContextTokens * BytesPerToken);
        bool IsFull() => messages.Count >= most || room <= 0;
        void Add(MessageRecord message)
        {
            messages.Add(message);
            room -= Encoding.UTF8.GetByteCount(message.Content);
            from = message.ParentPlace;
        }

        var kept = await cache.GetAsync(chatId);
        var before = kept.Count > 0 ? kept[0].Sequence : 0;
        while (from > 0 && !IsFull())
        {
            // Of a value that somebody else wrote nothing is believed but this chat's own chain.
            var found = kept.Where(x => x.ChatId == chatId).SkipWhile(x => x.Sequence != from).ToList();
            if (found.Count > 0)
            {
                foreach (var message in found.TakeWhile(x => !IsFull() && x.Sequence == from))
                {
                    Add(message);
                }

                continue;
            }

            var limit = Math.Min(most - messages.Count, messages.Count == 0 && kept.Count > 0 ? FirstPage : Page);
            var page = await chats.GetBranchAsync(chatId, from, limit, cancellationToken);
            foreach (var message in page.TakeWhile(_ => !IsFull()))
            {
                Add(message);
            }

            if (page.Count < limit)
            {
                break;
            }
        }

        var lasting = Lasting(messages);
        if (lasting.Count > 0 && lasting[0].Sequence != before)
        {
            await cache.SetAsync(chatId, lasting);
        }

        return messages;
    }

    private static List<MessageRecord> Lasting(List<MessageRecord> messages)
    {
        var lasting = new List<MessageRecord>();
        foreach (var message in messages)
        {
            if (message.PartialOf is not null || (lasting.Count > 0 && lasting[^1].ParentPlace != message.Sequence))
            {
                break;
            }

            lasting.Add(message);
        }

        return lasting;
    }
}
