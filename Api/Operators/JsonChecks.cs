using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudIa.Api.Bodies;

namespace CloudIa.Api.Operators;

/// <summary>What is wrong with a JSON object that is to be a record, field by field, all at once; an unknown field is wrong.</summary>
internal static class JsonChecks
{
    /// <param name="path">Of the value in the whole, before each field's name; empty: it is the whole.</param>
    public static Dictionary<string, string[]> Problems(JsonElement value, Type type, JsonSerializerOptions options, string path = "")
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        try
        {
            Check(value, type, WithResolver(options), path, errors);
        }
        catch (InvalidOperationException)
        {
            // JsonElement's word for escapes that are no Unicode text, such as half a surrogate pair.
            errors[path.Length == 0 ? JsonFields.Body : path] = ["A text in it is not valid Unicode."];
        }

        return errors;
    }

    private static void Check(JsonElement value, Type type, JsonSerializerOptions options, string path, Dictionary<string, string[]> errors)
    {
        var info = options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        if (info.Kind != JsonTypeInfoKind.Object)
        {
            if (!IsOf(value, type, options))
                errors[path] = [$"It must be {Word(info)}."];
            return;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            errors[path.Length == 0 ? JsonFields.Body : path] = ["It must be a JSON object."];
            return;
        }

        var comparison = options.PropertyNameCaseInsensitive ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var known = info.Properties.Where(x => x.Set is not null || x.AssociatedParameter is not null).ToList();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            var member = known.Find(x => x.Name.Equals(property.Name, comparison));
            var name = Join(path, member?.Name ?? JsonFields.Printable(property.Name));
            if (member is null)
                errors[name] = [$"There is no such field. The fields are {string.Join(", ", known.Select(x => x.Name))}."];
            else if (!seen.Add(member.Name))
                errors[name] = ["It is given twice."];
            else if (property.Value.ValueKind != JsonValueKind.Null)
                Check(property.Value, member.PropertyType, options, name, errors);
            else if (!member.IsSetNullable || (member.PropertyType.IsValueType && Nullable.GetUnderlyingType(member.PropertyType) is null))
                errors[name] = ["It must not be null."];
        }

        foreach (var missing in known.Where(x => x.IsRequired && !seen.Contains(x.Name)))
            errors[Join(path, missing.Name)] = ["It is required."];
    }

    private static bool IsOf(JsonElement value, Type type, JsonSerializerOptions options)
    {
        try
        {
            value.Deserialize(type, options);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string Word(JsonTypeInfo info) => info.Kind switch
    {
        JsonTypeInfoKind.Enumerable => "a list, each of the right type",
        JsonTypeInfoKind.Dictionary => "a JSON object",
        _ when info.Type == typeof(Guid) => "a UUID in a string",
        _ when info.Type == typeof(TimeSpan) => "a time as hh:mm:ss, with d. before it for days",
        _ when info.Type == typeof(DateTimeOffset) || info.Type == typeof(DateTime) => "a time in ISO 8601",
        _ when info.Type == typeof(bool) => "true or false",
        _ when info.Type == typeof(int) || info.Type == typeof(long) => "a whole number",
        _ when info.Type == typeof(string) => "a string",
        _ => $"of type {info.Type.Name}",
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static JsonSerializerOptions WithResolver(JsonSerializerOptions options) =>
        options.TypeInfoResolver is null ? new(options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() } : options;
}
