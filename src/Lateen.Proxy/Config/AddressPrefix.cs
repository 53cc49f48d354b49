namespace Lateen.Proxy.Config;

using Lateen.Engine.Transport;

/// <summary>An address range (CIDR).</summary>
public readonly record struct AddressPrefix(SocketAddress Address, int Length)
{
    public bool Contains(in SocketAddress address)
    {
        if (address.IsV4 != Address.IsV4 || address.IsNone)
        {
            return false;
        }

        int drop = (address.IsV4 ? 32 : 128) - Length;
        return drop >= 128 || address.Bits >> drop == Address.Bits >> drop;
    }
}
