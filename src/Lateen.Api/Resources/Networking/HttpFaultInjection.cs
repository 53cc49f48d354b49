namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;

/// <summary>Failures injected on purpose.</summary>
public sealed record HttpFaultInjection
{
    [Description("Waits before forwarding.")]
    public FaultDelay? Delay { get; init; }

    [Description("Answers with an error instead of forwarding.")]
    public FaultAbort? Abort { get; init; }
}
