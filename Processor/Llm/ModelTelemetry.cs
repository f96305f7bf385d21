namespace CloudIa.Processor.Llm;

/// <summary>Names under which calls to models are traced and measured, by OpenTelemetry's conventions for GenAI.</summary>
public static class ModelTelemetry
{
    /// <summary>The activity source and the meter. One activity for each try; none ever holds what was asked or answered.</summary>
    public const string SourceName = "CloudIa.Models";
}
