namespace CloudIa.Processor;

/// <summary>A model will not answer this request, however often it is asked: never retried, never redelivered.</summary>
/// <remarks>The saga knows it by its full name in the fault, so the name is part of the contract. Never holds what was asked or answered.</remarks>
public sealed class ModelRefusedException(string message, ModelRefusal kind = ModelRefusal.Request) : Exception(message)
{
    public ModelRefusal Kind { get; } = kind;

    /// <summary>Whether it is this provider's matter only, so that another one may answer.</summary>
    internal bool FailsOver => Kind is ModelRefusal.Misconfigured or ModelRefusal.TooLong;
}

public enum ModelRefusal
{
    /// <summary>The request itself is wrong, or names a model that nobody has.</summary>
    Request,

    /// <summary>The provider's content filter, or the model itself, stopped the request or the answer.</summary>
    Content,

    /// <summary>401, 402, 403 or 404: key, account, address or name of the model are not right for this provider.</summary>
    Misconfigured,

    /// <summary>The request is over the model's context window, or over what the provider takes.</summary>
    TooLong,
}
