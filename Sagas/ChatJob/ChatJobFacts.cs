using CloudIa.Contracts;
using MassTransit;

namespace CloudIa.Sagas.ChatJob;

/// <summary>What an event makes the saga remember.</summary>
internal static class ChatJobFacts
{
    /// <summary>The job as it was handed in: for a saga that is not there yet.</summary>
    public static void TakeOver(this ChatJobSaga saga, SubmitChatJob job)
    {
        saga.UserId = job.UserId;
        saga.ChatId = job.ChatId;
        saga.SessionId = job.SessionId;
        saga.Model = job.Model;
        saga.AcceptedAt = job.AcceptedAt;
        saga.AfterJobId = job.AfterJobId;
        saga.Turn = job.Turn;
        saga.Attempt = job.Attempt;
    }

    /// <summary>A new attempt. What earlier ones have done stays done.</summary>
    public static void BeginAttempt(this ChatJobSaga saga, int attempt, DateTimeOffset now)
    {
        saga.Attempt = attempt;
        saga.StartedAt = now;
        saga.PersistedAt = null;
        saga.EndedAt = null;
        saga.Outcome = null;
        saga.FailureCode = null;
        saga.Undelivered = false;
        saga.ToldConnections = null;
        saga.ToldSessionConnections = null;
        saga.RetryRequested = false;
        saga.LostAnswers = 0;
    }

    public static void KeepUsage(this ChatJobSaga saga, LlmCompleted answer)
    {
        saga.LlmCompletedAt ??= answer.Timestamp;
        saga.Model = answer.Model;
        saga.Usage = answer.Usage;
    }

    public static void KeepTold(this ChatJobSaga saga, ClientNotified told)
    {
        saga.EndedAt = told.Timestamp;
        saga.ToldConnections = told.Connections;
        saga.ToldSessionConnections = told.SessionConnections;
    }

    public static void EndAs(this ChatJobSaga saga, JobOutcome outcome, JobFailure? failure)
    {
        saga.Outcome = outcome;
        saga.FailureCode = failure?.Code;
    }

    /// <summary>What Processor's exception means for the client. By the end of the type's name: the saga does not know Processor's types.</summary>
    public static JobFailure ToModelFailure(this string? exceptionType) => exceptionType switch
    {
        not null when exceptionType.EndsWith("ModelRefusedException", StringComparison.Ordinal) => JobFailures.ModelRefused,
        not null when exceptionType.EndsWith("ModelCircuitOpenException", StringComparison.Ordinal) => JobFailures.CircuitOpen,
        _ => JobFailures.ModelUnavailable,
    };

    /// <summary>What a dead letter means for the client. Where no consumer told its exception, none came as far as the model's answer to it.</summary>
    public static JobFailure ToModelFailure(this FailJobStep deadLetter) =>
        deadLetter.ExceptionType is { } exceptionType ? exceptionType.ToModelFailure() : JobFailures.AnswerNotMade;

    /// <summary>The answer is no longer kept: neither Redis nor the history has it. Storing it can never succeed; asking again can.</summary>
    public static bool IsAnswerMissing(this string? exceptionType) =>
        exceptionType is not null && exceptionType.EndsWith("AnswerMissingException", StringComparison.Ordinal);

    /// <summary>The job has no row.</summary>
    public static bool IsJobMissing(this string? exceptionType) =>
        exceptionType is not null && exceptionType.EndsWith("JobNotFoundException", StringComparison.Ordinal);

    public static string? ExceptionType(this Fault fault) => fault.Exceptions is [{ ExceptionType: { } type }, ..] ? type : null;
}
