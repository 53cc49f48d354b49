namespace Lateen.Proxy.Network;

using Lateen.Proxy.Http;

/// <summary>A network filter's place in a configuration.</summary>
public abstract class NetworkFilterFactory
{
    public abstract string Name { get; }

    public abstract NetworkFilter Create(FilterContext context);
}
