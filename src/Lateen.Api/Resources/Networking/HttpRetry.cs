namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;

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

    [Description("Whether other localities are tried. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? RetryRemoteLocalities { get; init; }

    [Description("Whether hosts already tried are avoided. Not yet enforced by this version: refused.")]
    [NotYetEnforced]
    public JsonNode? RetryIgnorePreviousHosts { get; init; }
}
