using System.Globalization;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Webhooks;

/// <summary>A webhook as a row, and back. Its place among the user's is the last hexadecimal digit of its id.</summary>
internal static class WebhookItem
{
    public static int PlaceOf(Guid webhookId) => webhookId.ToByteArray(bigEndian: true)[15] & 0x0F;

    public static Guid At(Guid webhookId, int place)
    {
        var bytes = webhookId.ToByteArray(bigEndian: true);
        bytes[15] = (byte)((bytes[15] & 0xF0) | place);
        return new Guid(bytes, bigEndian: true);
    }

    public static Dictionary<string, AttributeValue> From(WebhookRecord webhook) => Keys.Webhook(webhook.UserId, PlaceOf(webhook.WebhookId))
        .With(Attributes.WebhookId, webhook.WebhookId)
        .With(Attributes.UserId, webhook.UserId)
        .With(Attributes.Url, webhook.Url)
        .With(Attributes.ChatId, webhook.ChatId?.ToString("N"))
        .With(Attributes.Events, EventsText(webhook.Events))
        .With(Attributes.Secret, webhook.Secret.Value)
        .With(Attributes.ReplacedSecrets, ReplacedText(webhook.Replaced))
        .With(Attributes.DisabledReason, webhook.DisabledReason)
        .With(Attributes.DisabledAt, webhook.DisabledAt)
        .With(Attributes.FailingSince, webhook.FailingSince)
        .With(Attributes.CreatedAt, webhook.CreatedAt)
        .With(Attributes.UpdatedAt, webhook.UpdatedAt);

    public static WebhookRecord To(Dictionary<string, AttributeValue> item) => new()
    {
        WebhookId = item.Id(Attributes.WebhookId),
        UserId = item.Text(Attributes.UserId),
        Url = item.Text(Attributes.Url),
        ChatId = item.OptionalId(Attributes.ChatId),
        Events = item.OptionalText(Attributes.Events)?.Split(' ') ?? [],
        Secret = new(item.Text(Attributes.Secret)),
        Replaced = [.. (item.OptionalText(Attributes.ReplacedSecrets)?.Split(' ') ?? []).Select(Replaced)],
        DisabledReason = item.OptionalText(Attributes.DisabledReason),
        DisabledAt = item.OptionalTime(Attributes.DisabledAt),
        FailingSince = item.OptionalTime(Attributes.FailingSince),
        CreatedAt = item.Time(Attributes.CreatedAt),
        UpdatedAt = item.Time(Attributes.UpdatedAt),
    };

    public static string EventsText(IReadOnlyList<string> events) => string.Join(' ', events);

    public static string ReplacedText(IEnumerable<ReplacedSecret> replaced) =>
        string.Join(' ', replaced.Select(x => $"{x.Secret.Value}|{ItemExtensions.Text(x.Until)}"));

    private static ReplacedSecret Replaced(string text)
    {
        var at = text.LastIndexOf('|');
        return at > 0 && DateTimeOffset.TryParse(text.AsSpan(at + 1), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var until)
            ? new(new(text[..at]), until)
            : throw new InvalidDataException("A webhook's row has a replaced secret that is none. It was not written by this program, or by a version that this one cannot read.");
    }
}
