namespace CloudIa.Processor.Llm.Keys;

/// <summary>AWS Systems Manager's Parameter Store.</summary>
internal interface IParameterStore
{
    /// <returns>The value, decrypted.</returns>
    Task<string?> GetAsync(string name, CancellationToken cancellationToken);
}
