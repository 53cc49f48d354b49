namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Control.Config;

/// <summary>What became of a route at each of its parents.</summary>
public sealed record RouteState(ResourceKey Key, long Generation, ValueList<ParentState> Parents);
