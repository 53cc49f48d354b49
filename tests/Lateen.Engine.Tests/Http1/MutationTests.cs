namespace Lateen.Engine.Tests.Http1;

using System.Text;
using Lateen.Engine.Http1;
using Lateen.Engine.Loop;
using Lateen.Engine.Tests.Support;

public sealed class MutationTests
{
    private const string Seeds =
        "POST /a HTTP/1.1\r\nHost: a:80\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n5;e=1\r\nhello\r\n0\r\nT: 1\r\n\r\n"
        + "PUT http://b/c?d HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\nConnection: keep-alive, X\r\n\r\nabc"
        + "GET / HTTP/1.1\r\nHost: [::1]:8\r\nExpect: 100-continue\r\nTE: trailers\r\n\r\n";

    private const string Alphabet = "\r\n\t \0:;,/0159aAfFxX[]@%\x7f\x80\xff";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mutated_requests_never_throw_or_leak_and_mean_the_same_however_they_are_cut(int seed)
    {
        var random = new LoopRandom((ulong)seed);
        for (int round = 0; round < 700; round++)
        {
            string input = Mutate(random);

            string whole = Outcome(input, chunkBytes: 0);
            string cut = Outcome(input, chunkBytes: 1);

            Assert.True(whole == cut, $"{Uri.EscapeDataString(input)}\n--- whole\n{whole}\n--- cut\n{cut}");
        }
    }

    private static string Outcome(string input, int chunkBytes)
    {
        var fixture = new ServerFixture(new Http1Options { EnableTrailers = true }, chunkBytes);
        fixture.Send(input);
        fixture.Client.Connection?.ShutdownWrite();
        fixture.Network.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(0, fixture.Loop.Buffers.LentBytes);
        Assert.Equal(1, fixture.Server.Closed);

        var text = new StringBuilder();
        foreach (TestRequest request in fixture.Server.Requests)
        {
            text.Append(request.Head).Append('\n').Append(request.Trailers).Append(request.Complete).Append('\n');
            text.Append(request.Complete ? request.Body : "").Append('\n');
        }

        return text.AppendJoin('\n', fixture.Server.Errors).ToString();
    }

    private static string Mutate(LoopRandom random)
    {
        var text = new StringBuilder(Seeds);
        for (int changes = 1 + random.Next(3); changes > 0; changes--)
        {
            int at = random.Next(text.Length);
            char replacement = Alphabet[random.Next(Alphabet.Length)];
            switch (random.Next(3))
            {
                case 0:
                    text[at] = replacement;
                    break;
                case 1:
                    text.Insert(at, replacement);
                    break;
                default:
                    text.Remove(at, Math.Min(text.Length - at, 1 + random.Next(4)));
                    break;
            }
        }

        return text.ToString();
    }
}
