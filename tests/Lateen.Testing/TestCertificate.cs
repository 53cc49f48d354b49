namespace Lateen.Testing;

using System.Text;

/// <summary>A certificate and its key in PEM.</summary>
public sealed record TestCertificate(byte[] Chain, byte[] Key)
{
    public string ChainText => Encoding.ASCII.GetString(Chain);

    public string KeyText => Encoding.ASCII.GetString(Key);
}
