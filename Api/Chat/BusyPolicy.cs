namespace CloudIa.Api.Chat;

/// <summary>What a caller wants where its chat is still answering: the values of <c>onBusy</c>.</summary>
internal static class BusyPolicy
{
    public const string Rule = $"It must be {Wait} (the default: behind what is being answered) or {Reject} (409 while something is).";
    public const string Reject = "reject";
    private const string Wait = "wait";

    public static bool IsValid(string value) => value is Wait or Reject;
}
