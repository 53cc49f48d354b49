namespace Lateen.Proxy.Config;

/// <summary>Ports from <see cref="Start"/> up to, not including, <see cref="End"/>.</summary>
public readonly record struct PortRange(int Start, int End)
{
    public bool Contains(int port) => port >= Start && port < End;
}
