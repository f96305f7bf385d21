using Microsoft.Extensions.AI;

namespace CloudIa.Processor.Llm.Echo;

/// <summary>The words of <see cref="EchoChatClient"/>.</summary>
internal static class EchoText
{
    public static string AnswerTo(IReadOnlyList<ChatMessage> messages)
    {
        var spoken = messages.Where(message => message.Role == ChatRole.User || message.Role == ChatRole.Assistant).ToList();
        var last = spoken.FindLastIndex(message => message.Role == ChatRole.User);
        if (last < 0)
        {
            return "You said nothing.";
        }

        var answer = $"You said: \"{spoken[last].Text}\". This chat has {last} earlier messages.";
        var first = spoken.FindIndex(message => message.Role == ChatRole.User);
        return first < last ? $"{answer} The first one I know of was: \"{spoken[first].Text}\"." : answer;
    }

    /// <summary>The words, each with the white space that follows it: joined, they are the text.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>();
        for (var (start, at) = (0, 1); at <= text.Length; at++)
        {
            if (at == text.Length || (char.IsWhiteSpace(text[at - 1]) && !char.IsWhiteSpace(text[at])))
            {
                words.Add(text[start..at]);
                start = at;
            }
        }

        return words;
    }
}
