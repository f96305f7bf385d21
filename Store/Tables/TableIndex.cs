using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace CloudIa.Store.Tables;

/// <summary>A global secondary index. A row is in it where it has both attributes.</summary>
internal sealed record TableIndex(string Name, string PartitionKey, string SortKey, Projection Projection)
{
    public IEnumerable<AttributeDefinition> Attributes => [new(PartitionKey, ScalarAttributeType.S), new(SortKey, ScalarAttributeType.S)];

    private List<KeySchemaElement> Schema => [new(PartitionKey, KeyType.HASH), new(SortKey, KeyType.RANGE)];

    public GlobalSecondaryIndex ToIndex() => new() { IndexName = Name, KeySchema = Schema, Projection = Projection };

    public CreateGlobalSecondaryIndexAction ToAction() => new() { IndexName = Name, KeySchema = Schema, Projection = Projection };
}
