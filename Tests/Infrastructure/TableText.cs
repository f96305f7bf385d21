using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace CloudIa.Tests.Infrastructure;

/// <summary>All that is in a table, as lines to be searched.</summary>
internal static class TableText
{
    public static async Task<List<string>> RowsAsync(IAmazonDynamoDB client, string table, CancellationToken cancellationToken)
    {
        List<string> rows = [];
        Dictionary<string, AttributeValue>? from = null;
        do
        {
            var page = await client.ScanAsync(new ScanRequest { TableName = table, ConsistentRead = true, ExclusiveStartKey = from }, cancellationToken);
            rows.AddRange(page.Items.Select(item => JsonSerializer.Serialize(item.ToDictionary(x => x.Key, x => x.Value.S ?? x.Value.N))));
            from = page.LastEvaluatedKey is { Count: > 0 } next ? next : null;
        }
        while (from is not null);
        return rows;
    }
}
