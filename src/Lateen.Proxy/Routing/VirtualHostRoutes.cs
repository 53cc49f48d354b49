namespace Lateen.Proxy.Routing;

using Lateen.Proxy.Config;

/// <summary>A virtual host with its routes ready to be matched.</summary>
internal sealed class VirtualHostRoutes
{
    public VirtualHostRoutes(VirtualHost config, RouteTable table)
    {
        Config = config;
        Routes = [.. config.Routes.Select(entry => new Route(entry, config, table))];
        Keys = [.. Routes.Select(static route => route.Key)];
    }

    public VirtualHost Config { get; }

    public Route[] Routes { get; }

    /// <summary>The routes' keys side by side: most routes are passed over without touching them.</summary>
    public RouteKey[] Keys { get; }
}
