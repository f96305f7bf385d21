using System.Globalization;
using Amazon.DynamoDBv2.Model;
using CloudIa.Contracts;

namespace CloudIa.Store.Tables;

/// <summary>Reading and writing the attributes of a row.</summary>
internal static class ItemExtensions
{
    public static Dictionary<string, AttributeValue> With(this Dictionary<string, AttributeValue> item, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            item[name] = new AttributeValue(value);
        return item;
    }

    public static Dictionary<string, AttributeValue> With(this Dictionary<string, AttributeValue> item, string name, Guid value) =>
        item.With(name, value.ToString("N"));

    public static Dictionary<string, AttributeValue> With(this Dictionary<string, AttributeValue> item, string name, DateTimeOffset value) =>
        item.With(name, Text(value));

    public static Dictionary<string, AttributeValue> With(this Dictionary<string, AttributeValue> item, string name, DateTimeOffset? value) =>
        value is { } time ? item.With(name, time) : item;

    public static Dictionary<string, AttributeValue> With(this Dictionary<string, AttributeValue> item, string name, long? value)
    {
        if (value is { } number)
            item[name] = Number(number);
        return item;
    }

    public static AttributeValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    /// <summary>ISO 8601, UTC, of fixed length: the order of the text is the order of time.</summary>
    public static string Text(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    public static string? OptionalText(this Dictionary<string, AttributeValue> item, string name) => item.TryGetValue(name, out var value) ? value.S : null;

    public static string Text(this Dictionary<string, AttributeValue> item, string name) => item.OptionalText(name) ?? throw Missing(item, name);

    public static Guid Id(this Dictionary<string, AttributeValue> item, string name) => Guid.ParseExact(item.Text(name), "N");

    public static Guid? OptionalId(this Dictionary<string, AttributeValue> item, string name) =>
        item.OptionalText(name) is { } text ? Guid.ParseExact(text, "N") : null;

    public static long? OptionalNumber(this Dictionary<string, AttributeValue> item, string name) =>
        item.TryGetValue(name, out var value) && value.N is { } number ? long.Parse(number, CultureInfo.InvariantCulture) : null;

    public static long Number(this Dictionary<string, AttributeValue> item, string name) => item.OptionalNumber(name) ?? throw Missing(item, name);

    public static DateTimeOffset Time(this Dictionary<string, AttributeValue> item, string name) =>
        DateTimeOffset.Parse(item.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    public static DateTimeOffset? OptionalTime(this Dictionary<string, AttributeValue> item, string name) =>
        item.OptionalText(name) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind) : null;

    public static Dictionary<string, AttributeValue> With(this Dictionary<string, AttributeValue> item, TokenUsage? usage) => item
        .With(Attributes.InputTokens, usage?.InputTokens)
        .With(Attributes.OutputTokens, usage?.OutputTokens)
        .With(Attributes.CachedInputTokens, usage?.CachedInputTokens)
        .With(Attributes.Estimated, usage?.Estimated == true ? 1 : null);

    public static Dictionary<string, AttributeValue> With(this Dictionary<string, AttributeValue> item, JobCost? cost)
    {
        if (cost is not null)
            item[Attributes.CostAmount] = new() { N = cost.Amount.ToString(CultureInfo.InvariantCulture) };
        return item.With(Attributes.CostCurrency, cost?.Currency);
    }

    public static TokenUsage? Usage(this Dictionary<string, AttributeValue> item)
    {
        var (input, output) = (item.OptionalNumber(Attributes.InputTokens), item.OptionalNumber(Attributes.OutputTokens));
        return input is null && output is null
            ? null
            : new TokenUsage
            {
                InputTokens = input,
                OutputTokens = output,
                CachedInputTokens = item.OptionalNumber(Attributes.CachedInputTokens),
                Estimated = item.ContainsKey(Attributes.Estimated) ? true : null,
            };
    }

    public static JobCost? Cost(this Dictionary<string, AttributeValue> item) =>
        item.TryGetValue(Attributes.CostAmount, out var amount) && amount.N is { } number && item.OptionalText(Attributes.CostCurrency) is { } currency
            ? new JobCost { Amount = decimal.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture), Currency = currency }
            : null;

    private static InvalidDataException Missing(Dictionary<string, AttributeValue> item, string name) => new(
        $"The row {Keys.WithoutUser(item.OptionalText(Attributes.PartitionKey))} / {item.OptionalText(Attributes.SortKey)} has no '{name}', or not of the right type. " +
        "It was not written by this program, or by a version that this one cannot read.");
}
