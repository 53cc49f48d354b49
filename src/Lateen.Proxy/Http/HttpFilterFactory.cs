namespace Lateen.Proxy.Http;

/// <summary>
/// A filter's place in a configuration: made by its config reader, turned into the filter when the chain is built.
/// </summary>
public abstract class HttpFilterFactory
{
    /// <summary>The name in the connection manager's list; per-route configuration refers to it.</summary>
    public abstract string Name { get; }

    /// <summary>Called once per connection manager, off the request path; stats are created here.</summary>
    public abstract HttpFilter Create(FilterContext context);
}
