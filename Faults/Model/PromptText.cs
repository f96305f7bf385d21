namespace CloudIa.Faults.Model;

/// <summary>What users say, and how it is read again.</summary>
internal static class PromptText
{
    private const string Ending = " say something long, with ünïcödé.";

    public static string Write(string token) => token + Ending;

    public static (string Token, string User) Read(string prompt)
    {
        var token = prompt.Split(' ', 2)[0];
        var parts = token.Split('-');
        return parts is [Canary.Word, var user, _] ? (token, user) : throw new FormatException("This is no prompt of the suite's.");
    }
}
