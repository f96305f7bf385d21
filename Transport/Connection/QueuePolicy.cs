using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;

namespace CloudIa.Transport.Connection;

/// <summary>Lets topics write to a queue: one Allow statement with every topic in its condition.</summary>
internal static class QueuePolicy
{
    private const string Action = "sqs:SendMessage";
    private const string Service = "sns.amazonaws.com";
    private const string Condition = "ArnLike";
    private const string SourceArn = "aws:SourceArn";

    /// <summary>Null when the policy lets all of them in already.</summary>
    public static string? Allow(string? current, string queueArn, IReadOnlyCollection<string> topicArns)
    {
        var policy = Parse(current);
        var statements = Statements(policy);
        var statement = statements.OfType<JsonObject>().FirstOrDefault(x => IsOurs(x, queueArn));
        var allowed = statement is null ? [] : Texts(statement["Condition"]?[Condition]?[SourceArn]);
        var missing = topicArns.Where(x => !allowed.Contains(x) && !allowed.Contains(Wildcard(x))).Distinct().ToList();
        if (missing.Count == 0)
            return null;

        if (statement is null)
            statements.Add((JsonNode)(statement = NewStatement(queueArn)));
        string[] all = [.. allowed.Concat(missing).Order(StringComparer.Ordinal)];
        var text = With(all);
        if (Encoding.UTF8.GetByteCount(text) <= AwsLimits.PolicyBytes)
            return text;

        // One pattern for all topics of an account and region is what the users of the official package write by hand.
        text = With([.. all.Select(Wildcard).Distinct()]);
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > AwsLimits.PolicyBytes)
        {
            throw new AmazonSqsTransportConfigurationException(
                $"The policy of {queueArn} would have {bytes} bytes, and SQS takes {AwsLimits.PolicyBytes}, even with one pattern for all " +
                "topics: other statements fill it. Take out what is not needed there.");
        }

        LogContext.Warning?.Log("{Count} topics do not fit into the policy of {Queue}: it now lets in every topic of {Accounts}", all.Length,
            queueArn, string.Join(", ", all.Select(Wildcard).Distinct()));
        return text;

        string With(string[] arns)
        {
            var condition = new JsonObject { [SourceArn] = new JsonArray([.. arns.Select(x => JsonValue.Create(x))]) };
            statement["Condition"] = new JsonObject { [Condition] = condition };
            return policy.ToJsonString();
        }
    }

    private static JsonObject Parse(string? json) =>
        string.IsNullOrWhiteSpace(json)
            ? new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray() }
            : JsonNode.Parse(json)!.AsObject();

    private static JsonArray Statements(JsonObject policy)
    {
        if (policy["Statement"] is JsonArray array)
            return array;

        // A single statement may stand without its brackets.
        var single = policy["Statement"]?.DeepClone();
        var statements = new JsonArray();
        if (single is not null)
            statements.Add(single);
        policy["Statement"] = statements;
        return statements;
    }

    private static bool IsOurs(JsonObject statement, string queueArn) =>
        Text(statement["Effect"]) == "Allow" &&
        Texts(statement["Action"]).Contains(Action, StringComparer.OrdinalIgnoreCase) &&
        Texts(statement["Resource"]).Contains(queueArn) &&
        Texts(statement["Principal"] is JsonObject principal ? principal["Service"] : null).Contains(Service) &&
        statement["Condition"]?[Condition]?[SourceArn] is not null;

    private static JsonObject NewStatement(string queueArn) => new()
    {
        ["Effect"] = "Allow",
        ["Principal"] = new JsonObject { ["Service"] = Service },
        ["Action"] = Action,
        ["Resource"] = queueArn,
    };

    private static string Wildcard(string topicArn) => topicArn[..(topicArn.LastIndexOf(':') + 1)] + "*";

    private static string[] Texts(JsonNode? node) => node switch
    {
        JsonArray array => [.. array.Select(Text).OfType<string>()],
        null => [],
        _ => Text(node) is { } text ? [text] : [],
    };

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
