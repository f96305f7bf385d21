using System.ComponentModel;
using System.Globalization;
using CloudIa.Store;
using Microsoft.AspNetCore.Mvc;

namespace CloudIa.Api.Operators.Jobs;

/// <summary>What an operator asks a list of jobs for, as it stands in the address.</summary>
internal sealed class OperatedJobQuery
{
    private const string Open = "open";

    private static readonly string[] OpenStates = ["accepted", "waiting", "invoking", "persisting", "notifying"];
    private static readonly string[] Ends = [.. Enum.GetNames<JobListState>().Where(x => x != nameof(JobListState.Open)).Select(x => x.ToLowerInvariant())];

    [FromQuery(Name = "state"), Description("'open' (where left out, and neither user nor chat is said), one of its parts ('accepted', 'waiting', 'invoking', 'persisting', 'notifying'), 'completed', 'failed', 'cancelled' or 'expired'.")]
    public string? State { get; init; }

    [FromQuery(Name = "failureCode"), Description("Of failed ones, such as 'model_unavailable'.")]
    public string? FailureCode { get; init; }

    [FromQuery(Name = "user"), Description("Of this user.")]
    public string? User { get; init; }

    [FromQuery(Name = "chat"), Description("Of this chat.")]
    public string? Chat { get; init; }

    [FromQuery(Name = "from"), Description("Not before: of open ones since when they are open, of ended ones when they ended, with user or chat when they were accepted. ISO 8601.")]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("Before. ISO 8601.")]
    public string? To { get; init; }

    [FromQuery(Name = "order"), Description("'newest' (where left out) or 'oldest' first.")]
    public string? Order { get; init; }

    /// <returns>What to read, of which of the saga's states; or what is wrong.</returns>
    public (JobQuery Query, string? SagaState, Dictionary<string, string[]> Errors) Read()
    {
        Dictionary<string, string[]> errors = [];
        var isOwned = User is not null || Chat is not null;
        var sagaState = State is not null && OpenStates.Contains(State) ? State : null;
        JobListState? state = State switch
        {
            null => isOwned ? null : FailureCode is null ? JobListState.Open : JobListState.Failed,
            Open => JobListState.Open,
            _ when sagaState is not null => JobListState.Open,
            _ when Ends.Contains(State) => Enum.Parse<JobListState>(State, ignoreCase: true),
            _ => null,
        };
        if (State is not null && state is null)
            errors["state"] = [$"It must be one of {string.Join(", ", [Open, .. OpenStates, .. Ends])}."];
        if (FailureCode is not null && state is not (null or JobListState.Failed))
            errors["failureCode"] = ["Only failed jobs have one: leave it out, or say state=failed."];
        var chat = Guid.Empty;
        if (Chat is not null && !Guid.TryParse(Chat, out chat))
            errors["chat"] = ["It must be a chat's id."];
        if (Order is not (null or "newest" or "oldest"))
            errors["order"] = ["It must be 'newest' or 'oldest'."];

        var query = new JobQuery
        {
            State = state,
            FailureCode = FailureCode,
            UserId = User,
            ChatId = Chat is null ? null : chat,
            From = Time("from", From),
            To = Time("to", To),
            OldestFirst = Order == "oldest",
        };
        return (query, sagaState, errors);

        DateTimeOffset? Time(string name, string? text)
        {
            if (text is null)
                return null;

            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                return time;

            errors[name] = ["It must be a time, such as 2026-01-31T12:00:00Z."];
            return null;
        }
    }
}
