using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudIa.Tests.Approved;
using CloudIa.Tests.Infrastructure;
using Xunit;

namespace CloudIa.Tests.Versions;

/// <summary>
/// What a version has written, as files. <c>Golden/today</c> is what this one writes: a change of the wire shows there, and <c>APPROVE=1</c> takes it.
/// <c>Golden/first</c> is what the version before deadlines wrote (68662f8); nobody writes it any more, so it never changes.
/// </summary>
internal static class Golden
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(string version, string name)
    {
        Assert.SkipWhen(Checkout.Root is null, "The tests run apart from their sources, so the golden files are not at hand.");
        return File.ReadAllText(Path.Combine(Checkout.Root!, "Tests", "Versions", "Golden", version, name + ".json"));
    }

    public static byte[] Bytes(string version, string name) => System.Text.Encoding.UTF8.GetBytes(Text(version, name));

    /// <summary>As it was, property by property in their order; only white space is made readable.</summary>
    public static void ShouldBeWritten(string name, ReadOnlySpan<byte> json) =>
        ApprovedFile.ShouldBe(Path.Combine("..", "Versions", "Golden", "today", name + ".json"), JsonNode.Parse(json)!.ToJsonString(Indented));

    /// <summary>The same with a field in each object that no version knows.</summary>
    public static string WithUnknownFields(string json)
    {
        var root = JsonNode.Parse(json)!;
        Add(root);
        return root.ToJsonString();
    }

    private static void Add(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
                Add(item);
        }

        if (node is not JsonObject @object)
            return;

        foreach (var (_, value) in @object.ToArray())
            Add(value);
        @object["ofAVersionToCome"] = new JsonObject { ["list"] = new JsonArray(1, "two", null) };
    }
}
