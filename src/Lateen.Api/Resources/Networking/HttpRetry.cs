namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

/// <summary>When and how often a failed call is tried again.</summary>
public sealed record HttpRetry
{
    [Description("How many further tries; 0 switches retries off.")]
    [Range(0, int.MaxValue)]
    public int Attempts { get; init; }

    [Description("How long one try may take; by default as long as the whole call.")]
    public TimeSpan? PerTryTimeout { get; init; }

    [Description("Comma-separated conditions, for example 5xx,connect-failure,503.")]
    public string RetryOn { get; init; } = "";

    [Description("The smallest wait between tries; 25ms by default.")]
    public TimeSpan? Backoff { get; init; }

    [Description("Whether a retry may go to another locality than the try before.")]
    public bool? RetryRemoteLocalities { get; init; }

    [Description("Whether a retry avoids workloads tried before; true by default, except with consistent hashing.")]
    public bool? RetryIgnorePreviousHosts { get; init; }
}
