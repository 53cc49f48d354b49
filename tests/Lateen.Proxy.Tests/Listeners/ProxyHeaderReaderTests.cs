namespace Lateen.Proxy.Tests.Listeners;

using System.Text;
using Lateen.Proxy.Listeners;

public sealed class ProxyHeaderReaderTests
{
    private const string Signature = "0D0A0D0A000D0A515549540A";
    private const string V4 = Signature + "2111000C" + "01020304" + "05060708" + "0457" + "08AE";

    [Theory]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 1111 2222\r\nGET", "1.2.3.4:1111", "5.6.7.8:2222")]
    [InlineData("PROXY TCP6 2001:db8::1 2001:db8::2 1111 2222\r\nGET", "[2001:db8::1]:1111", "[2001:db8::2]:2222")]
    public void A_line_names_both_ends(string text, string source, string destination)
    {
        ProxyHeaderStatus status = ProxyHeaderReader.Read(Encoding.ASCII.GetBytes(text), out ProxyHeader header);

        Assert.Equal(ProxyHeaderStatus.Found, status);
        Assert.Equal(1, header.Version);
        Assert.Equal(text.Length - 3, header.Length);
        Assert.Equal(source, header.Source.ToString());
        Assert.Equal(destination, header.Destination.ToString());
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("PROXY UNKNOWN 1.2.3.4 whatever\r\n")]
    public void An_unknown_client_is_a_header_without_addresses(string text)
    {
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(Encoding.ASCII.GetBytes(text), out ProxyHeader header));

        Assert.True(header.Source.IsNone);
        Assert.Equal(text.Length, header.Length);
    }

    [Theory]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 1111 2222\n")]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 1111\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 1111 2222 3333\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 01111 2222\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 5.6.7.8 1111 70000\r\n")]
    [InlineData("PROXY TCP4 1.2.3 5.6.7.8 1111 2222\r\n")]
    [InlineData("PROXY TCP4 01.2.3.4 5.6.7.8 1111 2222\r\n")]
    [InlineData("PROXY TCP4 ::1 ::2 1111 2222\r\n")]
    [InlineData("PROXY TCP6 1.2.3.4 5.6.7.8 1111 2222\r\n")]
    [InlineData("PROXY TCP4  1.2.3.4 5.6.7.8 1111 2222\r\n")]
    [InlineData("PROXY UDP4 1.2.3.4 5.6.7.8 1111 2222\r\n")]
    [InlineData("PROXY UNKNOWNX\r\n")]
    public void What_could_be_read_in_two_ways_is_malformed(string text) =>
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeaderReader.Read(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void A_line_that_does_not_end_within_its_limit_is_malformed() => Assert.Equal(
        ProxyHeaderStatus.Malformed, ProxyHeaderReader.Read(Encoding.ASCII.GetBytes("PROXY TCP4 " + new string('1', 96)), out _));

    [Fact]
    public void The_binary_form_names_both_ends()
    {
        byte[] bytes = Convert.FromHexString(V4 + "16");

        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(bytes, out ProxyHeader header));
        Assert.Equal((2, 28), (header.Version, header.Length));
        Assert.Equal("1.2.3.4:1111", header.Source.ToString());
        Assert.Equal("5.6.7.8:2222", header.Destination.ToString());
    }

    [Theory]
    [InlineData("20000000")]
    [InlineData("21000000")]
    [InlineData("2011000C0102030405060708045708AE")]
    public void A_local_or_unspecified_sender_leaves_the_connection_s_own_addresses(string rest)
    {
        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(Convert.FromHexString(Signature + rest), out ProxyHeader header));
        Assert.True(header.Source.IsNone);
    }

    [Theory]
    [InlineData("3111000C0102030405060708045708AE")]
    [InlineData("2211000C0102030405060708045708AE")]
    [InlineData("2112000C0102030405060708045708AE")]
    [InlineData("2111000B01020304050607080457AE")]
    [InlineData("2111000E0102030405060708045708AE0400")]
    [InlineData("211100100102030405060708045708AE04000500")]
    [InlineData("2111FFFF")]
    public void Another_version_command_or_family_a_short_body_and_torn_extensions_are_malformed(string rest) =>
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeaderReader.Read(Convert.FromHexString(Signature + rest), out _));

    [Fact]
    public void Every_truncation_needs_more()
    {
        byte[] binary = Convert.FromHexString(V4);
        byte[] line = Encoding.ASCII.GetBytes("PROXY TCP4 1.2.3.4 5.6.7.8 1111 2222\r\n");

        Assert.All(Enumerable.Range(0, binary.Length), n => Assert.Equal(ProxyHeaderStatus.NeedMore, ProxyHeaderReader.Read(binary.AsSpan(0, n), out _)));
        Assert.All(Enumerable.Range(0, line.Length), n => Assert.Equal(ProxyHeaderStatus.NeedMore, ProxyHeaderReader.Read(line.AsSpan(0, n), out _)));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PROXYTCP4")]
    [InlineData("\r\nGET")]
    public void Other_bytes_are_no_header(string text) =>
        Assert.Equal(ProxyHeaderStatus.Absent, ProxyHeaderReader.Read(Encoding.ASCII.GetBytes(text), out _));
}
