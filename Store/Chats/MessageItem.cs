using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Chats;

/// <summary>A message as a row, and back.</summary>
internal static class MessageItem
{
    public static Dictionary<string, AttributeValue> From(MessageRecord message) => Keys.Message(message.ChatId, message.Sequence)
        .With(Attributes.ChatId, message.ChatId)
        .With(Attributes.Sequence, message.Sequence)
        .With(Attributes.MessageId, message.MessageId)
        .With(Attributes.JobId, message.JobId)
        .With(Attributes.Role, message.Role)
        .With(Attributes.Content, message.Content)
        .With(Attributes.CreatedAt, message.CreatedAt)
        .With(Attributes.Model, message.Model)
        .With(Attributes.Provider, message.Provider)
        .With(message.Usage)
        .With(message.Cost)
        .With(Attributes.FinishReason, message.FinishReason)
        .With(Attributes.Parent, message.Parent)
        .With(Attributes.PartialOf, message.PartialOf);

    public static MessageRecord To(Dictionary<string, AttributeValue> item) => new()
    {
        ChatId = item.Id(Attributes.ChatId),
        Sequence = item.Number(Attributes.Sequence),
        MessageId = item.Id(Attributes.MessageId),
        JobId = item.Id(Attributes.JobId),
        Role = item.Text(Attributes.Role),
        Content = item.OptionalText(Attributes.Content) ?? "",
        CreatedAt = item.Time(Attributes.CreatedAt),
        Model = item.OptionalText(Attributes.Model),
        Provider = item.OptionalText(Attributes.Provider),
        Usage = item.Usage(),
        Cost = item.Cost(),
        FinishReason = item.OptionalText(Attributes.FinishReason),
        Parent = item.OptionalNumber(Attributes.Parent),
        PartialOf = (int?)item.OptionalNumber(Attributes.PartialOf),
    };
}
