using System.Globalization;

namespace CloudIa.Api.OpenAi.Responses;

/// <summary>Pages of a response's input.</summary>
internal static class InputItems
{
    private const int DefaultLimit = 20;
    private const int MostLimit = 100;

    /// <param name="query"><c>limit</c>, <c>order</c> and <c>after</c>.</param>
    /// <exception cref="RequestRefusedException">One of them is wrong.</exception>
    public static object List(StoredResponse response, IQueryCollection query)
    {
        var limit = query["limit"] switch
        {
            [] => DefaultLimit,
            [{ } text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostLimit => number,
            _ => throw RequestRefusedException.Invalid("limit", $"It must be a whole number from 1 to {MostLimit}."),
        };
        var isAscending = query["order"] switch
        {
            [] or ["desc"] => false,
            ["asc"] => true,
            _ => throw RequestRefusedException.Invalid("order", "It must be asc or desc."),
        };
        List<(string Id, object Item)> items = [.. response.Input.Select((message, index) => (IdOf(response, index), ResponseJson.InputItem(IdOf(response, index), message)))];
        if (!isAscending)
            items.Reverse();
        if (query["after"] is [{ } after])
        {
            var at = items.FindIndex(item => item.Id == after);
            items = at < 0 ? throw RequestRefusedException.Invalid("after", "It must be the id of an item of this response's input.") : items[(at + 1)..];
        }

        var page = items[..Math.Min(limit, items.Count)];
        return new
        {
            @object = "list",
            data = page.Select(item => item.Item),
            first_id = page is [var first, ..] ? first.Id : null,
            last_id = page is [.., var last] ? last.Id : null,
            has_more = items.Count > page.Count,
        };
    }

    private static string IdOf(StoredResponse response, int index) => string.Create(CultureInfo.InvariantCulture, $"{response.MessageId}_{index}");
}
