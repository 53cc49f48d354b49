namespace Lateen.Control.Translation.Endpoints;

using Lateen.Api.Names;
using Lateen.Control.Registry;

/// <summary>Endpoints of one locality that a client treats alike.</summary>
internal sealed record LocalityGroup(Locality Locality, ValueList<ServiceEndpoint> Endpoints)
{
    public int Priority { get; init; }

    /// <summary>Istio's default: the sum of the endpoints' weights.</summary>
    public uint Weight { get; init; } = (uint)Math.Min(Endpoints.Sum(each => (long)each.Weight), uint.MaxValue);
}
