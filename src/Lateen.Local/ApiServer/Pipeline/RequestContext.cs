namespace Lateen.Local.ApiServer.Pipeline;

using Lateen.Local.ApiServer.Security;

/// <summary>Who asks, and how the request wants to be treated.</summary>
internal sealed class RequestContext
{
    public required UserIdentity User { get; init; }

    public bool DryRun { get; init; }

    public FieldValidationMode FieldValidation { get; init; } = FieldValidationMode.Warn;

    /// <summary>The name in metadata.managedFields.</summary>
    public required string FieldManager { get; init; }

    public bool Force { get; init; }

    /// <summary>Sent as Warning headers.</summary>
    public List<string> Warnings { get; } = [];

    public CancellationToken Cancel { get; init; }

    public void Warn(string text)
    {
        if (!Warnings.Contains(text))
        {
            Warnings.Add(text);
        }
    }
}

/// <summary>The query parameter fieldValidation.</summary>
internal enum FieldValidationMode
{
    Ignore,
    Warn,
    Strict,
}
