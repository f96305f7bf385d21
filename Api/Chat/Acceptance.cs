using CloudIa.Api.Limits;
using CloudIa.Store;

namespace CloudIa.Api.Chat;

/// <summary>A job that is being accepted, and what was taken for it: its turn in the chat, and its place among its user's jobs.</summary>
/// <param name="Job">The row as this request writes it.</param>
internal sealed record Acceptance(JobRecord Job, NewTurn Turn, TurnTaken Taken, JobPlace Place);
