namespace Lateen.Api.Resources.Ingresses;

using System.Text.Json.Nodes;

/// <summary>Where requests of an Ingress go.</summary>
public sealed record IngressBackend
{
    public IngressServiceBackend? Service { get; init; }

    public JsonNode? Resource { get; init; }
}
