namespace Lateen.Proxy.Routing;

using Lateen.Proxy.Config;

/// <summary>A route ready to be matched and followed: its configuration with everything looked up and encoded in advance.</summary>
public sealed class Route
{
    private readonly object[] _filterConfigs;
    private readonly string[] _disabledFilters;

    internal Route(RouteEntry config, VirtualHost virtualHost, RouteTable table)
    {
        Config = config;
        VirtualHost = virtualHost;
        Table = table;

        // Most specific first, so that the first of a type wins.
        _filterConfigs =
        [
            .. config.FilterConfigs.Concat(virtualHost.FilterConfigs).Concat(table.FilterConfigs)
                .Where(static f => f.Config is not null).Select(static f => f.Config ?? f),
        ];
        _disabledFilters = [.. config.FilterConfigs.Concat(virtualHost.FilterConfigs).Where(static f => f.Disabled).Select(static f => f.FilterName)];
        Forward = config.Action as ForwardAction;
        RetryPolicy = Forward?.RetryPolicy ?? virtualHost.RetryPolicy;
    }

    public string Name => Config.Name;

    public RouteEntry Config { get; }

    public VirtualHost VirtualHost { get; }

    public RouteTable Table { get; }

    internal ForwardAction? Forward { get; }

    internal RetryPolicy? RetryPolicy { get; }

    /// <summary>The most specific configuration of this type (route, virtual host, table); null when there is none.</summary>
    public T? FilterConfig<T>()
        where T : class
    {
        foreach (object config in _filterConfigs)
        {
            if (config is T found)
            {
                return found;
            }
        }

        return null;
    }

    internal bool IsDisabled(string filterName) =>
        _disabledFilters.Length > 0 && Array.IndexOf(_disabledFilters, filterName) >= 0;
}
