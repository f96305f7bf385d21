using Amazon.DynamoDBv2.Model;
using CloudIa.Contracts;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Jobs;

/// <summary>A job as a row, and back.</summary>
internal static class JobItem
{
    public static Dictionary<string, AttributeValue> From(JobRecord job) => Keys.Job(job.JobId)
        .With(Attributes.JobId, job.JobId)
        .With(Attributes.UserId, job.UserId)
        .With(Attributes.ChatId, job.ChatId)
        .With(Attributes.SessionId, job.SessionId)
        .With(Attributes.Turn, job.Turn)
        .With(Attributes.BodyHash, job.BodyHash)
        .With(Attributes.Prompt, job.Prompt)
        .With(Attributes.Conversation, job.Conversation)
        .With(Attributes.SystemPrompt, job.SystemPrompt)
        .With(Attributes.Model, job.Model)
        .With(Attributes.AcceptedAt, job.AcceptedAt)
        .With(Attributes.TraceId, job.TraceId)
        .With(Attributes.AfterJobId, job.AfterJobId?.ToString("N"))
        .With(Attributes.AnswersJobId, job.AnswersJobId?.ToString("N"))
        .With(Attributes.UserSequence, job.UserSequence)
        .With(Attributes.Parent, job.Parent)
        .With(Attributes.Open, OpenShards.Of(job.JobId))
        .With(Attributes.OpenSince, job.AcceptedAt);

    public static JobRecord To(Dictionary<string, AttributeValue> item) => new()
    {
        JobId = item.Id(Attributes.JobId),
        UserId = item.Text(Attributes.UserId),
        ChatId = item.Id(Attributes.ChatId),
        SessionId = item.OptionalText(Attributes.SessionId),
        Turn = item.Number(Attributes.Turn),
        BodyHash = item.Text(Attributes.BodyHash),
        Prompt = item.Text(Attributes.Prompt),
        Conversation = item.OptionalText(Attributes.Conversation),
        SystemPrompt = item.OptionalText(Attributes.SystemPrompt),
        Model = item.OptionalText(Attributes.Model),
        AcceptedAt = item.Time(Attributes.AcceptedAt),
        TraceId = item.OptionalText(Attributes.TraceId),
        AfterJobId = item.OptionalId(Attributes.AfterJobId),
        AnswersJobId = item.OptionalId(Attributes.AnswersJobId),
        UserSequence = item.OptionalNumber(Attributes.UserSequence),
        Parent = item.OptionalNumber(Attributes.Parent),
        IsPromised = item.ContainsKey(Attributes.Promised),
        IsOpen = item.ContainsKey(Attributes.Open),
        OpenSince = item.OptionalText(Attributes.OpenSince) is null ? null : item.Time(Attributes.OpenSince),
        ErasedAt = item.OptionalTime(Attributes.ErasedAt),
        Outcome = OutcomeOf(item),
    };

    public static JobSummary ToSummary(Dictionary<string, AttributeValue> item) => new()
    {
        JobId = item.Id(Attributes.JobId),
        UserId = item.Text(Attributes.UserId),
        ChatId = item.Id(Attributes.ChatId),
        Turn = item.Number(Attributes.Turn),
        Model = item.OptionalText(Attributes.Model),
        AcceptedAt = item.Time(Attributes.AcceptedAt),
        OpenSince = item.OptionalTime(Attributes.OpenSince),
        TraceId = item.OptionalText(Attributes.TraceId),
        Outcome = OutcomeOf(item),
    };

    private static JobOutcomeRecord? OutcomeOf(Dictionary<string, AttributeValue> item) =>
        item.OptionalText(Attributes.Outcome) is { } outcome ? OutcomeOf(item, outcome) : null;

    private static JobOutcomeRecord OutcomeOf(Dictionary<string, AttributeValue> item, string outcome) => new()
    {
        Outcome = Enum.TryParse<JobOutcome>(outcome, out var known) && Enum.IsDefined(known)
            ? known
            : throw new InvalidDataException($"Job {item.OptionalText(Attributes.JobId)} ended as '{outcome}', which this version does not know. A newer one wrote it: run that one."),
        Attempt = checked((int)item.Number(Attributes.OutcomeAttempt)),
        EndedAt = item.Time(Attributes.EndedAt),
        FailureCode = item.OptionalText(Attributes.FailureCode),
        Model = item.OptionalText(Attributes.AnswerModel),
        Provider = item.OptionalText(Attributes.Provider),
        Usage = item.Usage(),
        Cost = item.Cost(),
    };
}
