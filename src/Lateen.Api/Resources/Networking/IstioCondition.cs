namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;

/// <summary>One observed fact.</summary>
public sealed record IstioCondition
{
    [Description("What is observed, for example Accepted or Reconciled.")]
    public string Type { get; init; } = "";

    [Description("True, False or Unknown.")]
    public string Status { get; init; } = "";

    [Description("A word for programs.")]
    public string Reason { get; init; } = "";

    [Description("A sentence for people.")]
    public string Message { get; init; } = "";

    [Description("The generation that was observed.")]
    public long? ObservedGeneration { get; init; }

    [Description("When it was last checked.")]
    public DateTimeOffset? LastProbeTime { get; init; }

    [Description("When the status last changed.")]
    public DateTimeOffset? LastTransitionTime { get; init; }
}
