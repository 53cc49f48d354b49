namespace Lateen.Local.ApiServer.Admission;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;

/// <summary>One operation on its way to the store. Object is null for a deletion, OldObject for a creation.</summary>
internal sealed class AdmissionRequest
{
    public required ResourceDefinition Resource { get; init; }

    /// <summary>CREATE, UPDATE, DELETE or CONNECT.</summary>
    public required string Operation { get; init; }

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public string Subresource { get; init; } = "";

    public JsonObject? Object { get; set; }

    public JsonObject? OldObject { get; init; }

    public required RequestContext Context { get; init; }
}
