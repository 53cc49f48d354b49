namespace Lateen.Proxy.Config;

/// <summary>
/// What a route does: <see cref="ForwardAction"/>, <see cref="RedirectAction"/> or <see cref="DirectResponseAction"/>.
/// </summary>
public abstract record RouteAction;
