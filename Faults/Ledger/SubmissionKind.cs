namespace CloudIa.Faults.Ledger;

internal enum SubmissionKind
{
    /// <summary>POST /chat.</summary>
    Message,

    /// <summary>POST /chat/jobs/{id}/edit.</summary>
    Edit,

    /// <summary>POST /chat/jobs/{id}/regenerate.</summary>
    Regenerate,
}
