namespace Lateen.Control.GatewayApi;

using System.Text.Json.Nodes;
using Lateen.Control.Config;

/// <summary>The status of an object of the Gateway API or of an Ingress, in the form its specification gives it.</summary>
/// <param name="Key">The object.</param>
/// <param name="Status">Its .status, but for the times of transitions.</param>
public sealed record KubeStatus(ResourceKey Key, JsonObject Status);
