using Amazon.DynamoDBv2.Model;
using CloudIa.Store.Tables;

namespace CloudIa.Store.ApiKeys;

/// <summary>An API key as a row, and back. Its place in its user's list is the last hexadecimal digit of its id.</summary>
internal static class ApiKeyItem
{
    public static int PlaceOf(Guid keyId) => keyId.ToByteArray(bigEndian: true)[15] & 0x0F;

    public static Guid At(Guid keyId, int place)
    {
        var bytes = keyId.ToByteArray(bigEndian: true);
        bytes[15] = (byte)((bytes[15] & 0xF0) | place);
        return new Guid(bytes, bigEndian: true);
    }

    public static Dictionary<string, AttributeValue> Judged(ApiKeyRecord key) => With(Keys.ApiKey(key.KeyId), key);

    public static Dictionary<string, AttributeValue> Listed(ApiKeyRecord key) => With(Keys.ListedApiKey(key.UserId, PlaceOf(key.KeyId)), key);

    public static ApiKeyRecord To(Dictionary<string, AttributeValue> item) => new()
    {
        KeyId = item.Id(Attributes.KeyId),
        UserId = item.Text(Attributes.UserId),
        Name = item.Text(Attributes.Name),
        Hash = item.Text(Attributes.Hash),
        CreatedAt = item.Time(Attributes.CreatedAt),
        ExpiresAt = item.OptionalTime(Attributes.ExpiresAt),
        Tier = item.OptionalText(Attributes.Tier),
        LastUsedAt = item.OptionalTime(Attributes.LastUsedAt),
    };

    private static Dictionary<string, AttributeValue> With(Dictionary<string, AttributeValue> item, ApiKeyRecord key) => item
        .With(Attributes.KeyId, key.KeyId)
        .With(Attributes.UserId, key.UserId)
        .With(Attributes.Name, key.Name)
        .With(Attributes.Hash, key.Hash)
        .With(Attributes.CreatedAt, key.CreatedAt)
        .With(Attributes.ExpiresAt, key.ExpiresAt)
        .With(Attributes.Tier, key.Tier);
}
