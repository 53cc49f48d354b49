namespace Lateen.Engine.Tests.Http1;

using System.Text;
using Lateen.Engine.Buffers;
using Lateen.Engine.Http1;
using Lateen.Engine.Loop;
using Lateen.Engine.Tests.Support;

public sealed class HeadReadingTests
{
    private static readonly string[] Names =
    [
        "a", "X", "te", "Host", "cookie", "Date", "Expect", "user-agent", "User-Agent", "x-forwarded-for", "Sixteen-In-Lengt",
        "upgrade-insecure-requests", "Upgrade-Insecure-Requests", "X-A-Name-That-Is-Longer-Than-Thirty-Two-Bytes", "content-length",
        "transfer-encoding", "keep-alive", "connection", "x_under", "bad name", "bad(", "bäd", "", " lead", "tab\t",
    ];

    private static readonly string[] Values =
    [
        "", "v", " v", "  v", " v ", " v\t", "\tv", " a b", " 5", " trailers", " close", " x\0y", " x\x7fy", " x\x1fy", " \xe4\xff", " a:b: c",
        " a\rb", " gzip, deflate, br", " " + new string('l', 29), " " + new string('l', 30), " " + new string('m', 31), " " + new string('n', 600),
    ];

    private static readonly string[] BadEnds = ["\n", "\r", "\r\n ", "\r\r\n"];

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 100)]
    [InlineData(3, 5)]
    [InlineData(4, 100)]
    public void A_head_means_the_same_at_once_and_byte_by_byte(int seed, int maxHeaders)
    {
        var random = new LoopRandom((ulong)seed);
        var options = new Http1Options { MaxHeaders = maxHeaders, MaxHeadBytes = 2_000, RejectUnderscores = seed == 4, EnableTrailers = true };
        int accepted = 0;
        for (int round = 0; round < 600; round++)
        {
            string input = Head(random);

            string whole = Outcome(options, input, chunkBytes: 0);

            Assert.Equal(Outcome(options, input, chunkBytes: 1), whole);
            Assert.Equal(Outcome(options, input, chunkBytes: 37), whole);
            accepted += whole.Contains("GET", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.InRange(accepted, 50, 599);
    }

    [Fact]
    public void Every_byte_is_of_its_class_at_every_place()
    {
        byte[] bytes = new byte[40];
        for (int length = 1; length <= bytes.Length; length++)
        {
            for (int value = 0; value < 256; value++)
            {
                int at = value % length;
                Span<byte> text = bytes.AsSpan(0, length);
                text.Fill((byte)'x');
                text[at] = (byte)value;

                bool token = value < 128 && (char.IsAsciiLetterOrDigit((char)value) || "!#$%&'*+-.^_`|~".Contains((char)value));
                Assert.Equal(token ? length : at, Http1Syntax.TokenLength(text));
                Assert.Equal(value == 9 || (value >= 32 && value != 127), Http1Syntax.IsValue(text));
                Assert.Equal(value > 32 && value != 127, Http1Syntax.IsTarget(text));
            }
        }
    }

    [Fact]
    public void A_short_copy_copies_all_and_nothing_behind()
    {
        byte[] source = Encoding.ASCII.GetBytes("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        for (int length = 0; length <= 50; length++)
        {
            byte[] target = new byte[64];

            ShortCopy.To(source.AsSpan(0, length), ref target[0]);

            Assert.Equal(source.AsSpan(0, length), target.AsSpan(0, length));
            Assert.False(target.AsSpan(length).ContainsAnyExcept((byte)0));
        }
    }

    private static string Head(LoopRandom random)
    {
        var text = new StringBuilder("GET / HTTP/1.1\r\nHost: a\r\n");
        bool lawful = random.Next(3) > 0;
        for (int lines = random.Next(12); lines > 0; lines--)
        {
            text.Append(Names[random.Next(lawful ? 14 : Names.Length)]).Append(':').Append(Values[random.Next(Values.Length)]);
            text.Append(lawful || random.Next(3) > 0 ? "\r\n" : BadEnds[random.Next(BadEnds.Length)]);
        }

        return text.Append("\r\nGET /next HTTP/1.1\r\nhost: b\r\n\r\n").ToString();
    }

    private static string Outcome(Http1Options options, string input, int chunkBytes)
    {
        var fixture = new ServerFixture(options, chunkBytes);
        fixture.Send(input);
        fixture.Client.Connection?.ShutdownWrite();
        fixture.Network.Advance(TimeSpan.FromSeconds(3));

        var text = new StringBuilder();
        foreach (TestRequest request in fixture.Server.Requests)
        {
            text.Append(request.Head).Append('\n').Append(request.Complete).Append('\n');
        }

        return text.AppendJoin('\n', fixture.Server.Errors).ToString();
    }
}
