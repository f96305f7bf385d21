using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Chats;

/// <summary>A row as a chat.</summary>
internal static class ChatItem
{
    public static ChatRecord To(Dictionary<string, AttributeValue> item) => new()
    {
        ChatId = item.Id(Attributes.ChatId),
        Title = item.OptionalText(Attributes.Title) ?? "",
        SystemPrompt = item.OptionalText(Attributes.SystemPrompt),
        CreatedAt = item.Time(Attributes.CreatedAt),
        UpdatedAt = item.Time(Attributes.UpdatedAt),
        Turns = item.Number(Attributes.Turns),
        LastJobId = item.OptionalId(Attributes.LastJobId),
    };
}
