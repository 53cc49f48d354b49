namespace Lateen.EndToEnd.Tests.DataPlane;

using Lateen.EndToEnd.Tests.DataPlane.Harness;
using static Lateen.EndToEnd.Tests.DataPlane.Http2Wire;

/// <summary>
/// Known attacks on HTTP/2 servers, in raw bytes against the shipped proxy: each has one outcome, a counter, and no effect on the
/// connections of others.
/// </summary>
public sealed class Http2AttackTests(EchoBackend backend) : IClassFixture<EchoBackend>
{
    /// <summary>What is sent after the handshake; the error of the GOAWAY; the counter below "http2.", if there is one.</summary>
    public static TheoryData<string, string, string> Floods => new()
    {
        { "rapid reset", "ENHANCE_YOUR_CALM", "premature_reset_flood" },
        { "resets that we are made to send", "ENHANCE_YOUR_CALM", "premature_reset_flood" },
        { "endless header block", "ENHANCE_YOUR_CALM", "too_many_header_frames" },
        { "huge header block", "ENHANCE_YOUR_CALM", "header_overflow" },
        { "empty DATA", "ENHANCE_YOUR_CALM", "inbound_empty_frames_flood" },
        { "empty CONTINUATION", "ENHANCE_YOUR_CALM", "inbound_empty_frames_flood" },
        { "PRIORITY", "ENHANCE_YOUR_CALM", "inbound_priority_frames_flood" },
        { "WINDOW_UPDATE", "ENHANCE_YOUR_CALM", "inbound_window_update_frames_flood" },
        { "unknown frames", "ENHANCE_YOUR_CALM", "inbound_glitch_flood" },
        { "GOAWAY", "ENHANCE_YOUR_CALM", "inbound_glitch_flood" },
        { "RST_STREAM of a closed stream", "ENHANCE_YOUR_CALM", "inbound_glitch_flood" },
        { "DATA of a closed stream", "ENHANCE_YOUR_CALM", "" },
        { "refused streams", "ENHANCE_YOUR_CALM", "" },
        { "PING", "ENHANCE_YOUR_CALM", "" },
        { "SETTINGS", "ENHANCE_YOUR_CALM", "" },
    };

    public static TheoryData<string, byte[], string> BrokenFrames => new()
    {
        { "DATA on an idle stream", Body(1, "x", true), "PROTOCOL_ERROR" },
        { "DATA without a stream", Body(0, "x", true), "PROTOCOL_ERROR" },
        { "HEADERS on an even stream", Get(2), "PROTOCOL_ERROR" },
        { "a stream identifier that shrinks", [.. Get(5), .. Get(3)], "PROTOCOL_ERROR" },
        { "RST_STREAM on an idle stream", Reset(7), "PROTOCOL_ERROR" },
        { "PUSH_PROMISE", Frame(PushPromise, 4, 1, 0, 0, 0, 2, 0x82), "PROTOCOL_ERROR" },
        { "CONTINUATION alone", Frame(Continuation, 4, 1, 0x82), "PROTOCOL_ERROR" },
        { "PING inside a header block", [.. Frame(Headers, 1, 1, 0x82), .. Ping()], "PROTOCOL_ERROR" },
        { "padding that is longer than its frame", Frame(Headers, 0xD, 1, 200, 0x82), "PROTOCOL_ERROR" },
        { "a frame longer than announced", Frame(Data, 0, 1, new byte[16_385]), "FRAME_SIZE_ERROR" },
        { "PING of seven bytes", Frame(PingFrame, 0, 0, 1, 2, 3, 4, 5, 6, 7), "FRAME_SIZE_ERROR" },
        { "SETTINGS of seven bytes", Frame(SettingsFrame, 0, 0, 0, 1, 0, 0, 0, 0, 0), "FRAME_SIZE_ERROR" },
        { "SETTINGS that overflow a window", Settings(4, 0x8000_0000), "FLOW_CONTROL_ERROR" },
        { "a window past 2^31", WindowUpdate(0, 0x7FFF_FFFF), "FLOW_CONTROL_ERROR" },
        { "an increment of 0", WindowUpdate(0, 0), "PROTOCOL_ERROR" },
        { "an index beyond the table", Frame(Headers, 5, 1, 0xFF, 0x01), "COMPRESSION_ERROR" },
        { "a table larger than allowed", Frame(Headers, 5, 1, 0x3F, 0xE2, 0x1F), "COMPRESSION_ERROR" },
    };

    public static TheoryData<string, byte[], string> BadRequests => new()
    {
        { "two lengths", [.. Post(1, "/sink", "content-length=1", "content-length=2"), .. Body(1, "x", true)], "RST_STREAM 1 PROTOCOL_ERROR" },
        { "more data than promised", [.. Post(1, "/sink", "content-length=1"), .. Body(1, "xx", true)], "RST_STREAM 1 PROTOCOL_ERROR" },
        { "less data than promised", [.. Post(1, "/sink", "content-length=9"), .. Body(1, "xx", true)], "RST_STREAM 1 PROTOCOL_ERROR" },
        { "transfer-encoding", Get(1, "/status/200", "transfer-encoding=chunked"), "RST_STREAM 1 PROTOCOL_ERROR" },
        { "connection", Get(1, "/status/200", "connection=x"), "RST_STREAM 1 PROTOCOL_ERROR" },
        { "upper case", Get(1, "/status/200", "Upper=x"), "RST_STREAM 1 PROTOCOL_ERROR" },
        { "a line end in a value", Get(1, "/status/200", "x=a\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"), "RST_STREAM 1 PROTOCOL_ERROR" },
        { "a line end in the path", Get(1, "/ HTTP/1.1\r\nHost: a\r\n\r\nGET /smuggled"), "RST_STREAM 1 PROTOCOL_ERROR" },
        { "a line end in a name", Get(1, "/status/200", "x\r\nhost: smuggled=1"), "RST_STREAM 1 PROTOCOL_ERROR" },
        {
            "a blank in the method", Head(1, true, ":method=GET /smuggled HTTP/1.1", ":scheme=http", ":authority=a", ":path=/"),
            "RST_STREAM 1 PROTOCOL_ERROR"
        },
        { "a zero byte", Get(1, "/status/200", "x=\0"), "RST_STREAM 1 PROTOCOL_ERROR" },
        { "another host than authority", Get(1, "/status/200", "host=b"), "RST_STREAM 1 PROTOCOL_ERROR" },
        { "no path", Head(1, true, ":method=GET", ":scheme=http", ":authority=a"), "RST_STREAM 1 PROTOCOL_ERROR" },
        { "a pseudo-header twice", Get(1, "/status/200", ":path=/smuggled"), "RST_STREAM 1 PROTOCOL_ERROR" },
        { "pseudo-headers in trailers", [.. Post(1), .. Head(1, true, ":path=/smuggled")], "RST_STREAM 1 PROTOCOL_ERROR" },
        { "trailers that do not end", [.. Post(1), .. Head(1, false, "x=1")], "RST_STREAM 1 PROTOCOL_ERROR" },
        { "a window past 2^31", [.. Get(1, "/wait/100"), .. WindowUpdate(1, 0x7FFF_FFFF)], "RST_STREAM 1 FLOW_CONTROL_ERROR" },
        { "DATA after the end", [.. Get(1, "/wait/100"), .. Body(1, "x", true)], "RST_STREAM 1 STREAM_CLOSED" },
        { "a stream that depends on itself", Frame(Priority, 0, 1, 0, 0, 0, 1, 0), "RST_STREAM 1 PROTOCOL_ERROR" },
    };

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task A_flood_is_answered_with_GOAWAY_and_the_end(string what, string error, string counter)
    {
        await using ProxyUnderTest proxy = await StartAsync();
        using RawClient attacker = await ConnectAsync(proxy);

        await attacker.SendAsync(FloodOf(what, 1_200));
        IReadOnlyList<string> answers = Describe(await attacker.ReadToEndAsync());

        Assert.Equal($"GOAWAY {error}", answers[^1]);
        if (counter.Length > 0)
        {
            Assert.Equal(1, await proxy.StatAsync($"http2.{counter}"));
        }

        await AssertServesAsync(proxy);
    }

    [Theory]
    [MemberData(nameof(BrokenFrames))]
    public async Task A_broken_frame_ends_its_connection_with_its_error(string what, byte[] frames, string error)
    {
        await using ProxyUnderTest proxy = await StartAsync();
        using RawClient attacker = await ConnectAsync(proxy);

        await attacker.SendAsync(frames);
        IReadOnlyList<string> answers = Describe(await attacker.ReadToEndAsync());

        Assert.True(answers[^1] == $"GOAWAY {error}", $"{what}: {string.Join(", ", answers)}");
        await AssertServesAsync(proxy);
    }

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task A_bad_request_ends_its_stream_and_no_other(string what, byte[] frames, string outcome)
    {
        await using ProxyUnderTest proxy = await StartAsync();
        using RawClient attacker = await ConnectAsync(proxy);

        await attacker.SendAsync(frames);
        IReadOnlyList<string> answers = await AnswersAsync(attacker);
        await attacker.SendAsync(Get(9));
        await CompletedAsync(attacker, 1);

        Assert.True(answers.Contains(outcome), $"{what}: {string.Join(", ", answers)}");
        Assert.DoesNotContain("smuggled", backend.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_bomb_is_answered_with_431()
    {
        await using ProxyUnderTest proxy = await StartAsync();
        using RawClient attacker = await ConnectAsync(proxy);
        byte[] entry = [0x40, .. Block($"x={new string('b', 3000)}").AsSpan(1)];
        byte[] block = [.. Block(":method=GET", ":scheme=http", ":authority=a", ":path=/"), .. entry, .. Enumerable.Repeat((byte)0xBE, 12_000)];

        await attacker.SendAsync(Frame(Headers, 5, 1, block));
        IReadOnlyList<string> answers = await AnswersAsync(attacker);

        Assert.Equal("HEADERS 1 431", Assert.Single(answers));
        Assert.Equal(1, await proxy.StatAsync("http2.header_overflow"));
    }

    [Fact]
    public async Task More_streams_than_allowed_are_refused_and_the_others_answered()
    {
        await using ProxyUnderTest proxy = await StartAsync("http2_protocol_options: {max_concurrent_streams: 10}");
        using RawClient attacker = await ConnectAsync(proxy);

        await attacker.SendAsync(Repeat(15, i => Get(1 + (2 * i), "/wait/200")));
        IReadOnlyList<string> answers = await AnswersAsync(attacker);

        Assert.Equal(Enumerable.Range(10, 5).Select(i => $"RST_STREAM {1 + (2 * i)} REFUSED_STREAM"), answers);
        await CompletedAsync(attacker, 10);
    }

    [Fact]
    public async Task A_head_in_drops_is_cut_off_by_the_request_headers_timeout()
    {
        await using ProxyUnderTest proxy = await StartAsync("request_headers_timeout: 1s");
        using RawClient attacker = await ConnectAsync(proxy);

        await attacker.SendAsync(Frame(Headers, 1, 1, Block(":method=GET")));

        Assert.Equal("GOAWAY NO_ERROR", Describe(await attacker.ReadToEndAsync())[^1]);
    }

    [Fact]
    public async Task Settings_that_are_never_acknowledged_end_the_connection()
    {
        await using ProxyUnderTest proxy = await StartAsync();
        using RawClient attacker = await RawClient.ConnectAsync(proxy.Port());

        await attacker.SendAsync(Handshake.AsMemory(0, Handshake.Length - 9));

        Assert.Equal("GOAWAY SETTINGS_TIMEOUT", Describe(await attacker.ReadToEndAsync())[^1]);
    }

    [Fact]
    public async Task A_client_that_asks_for_much_and_reads_nothing_costs_a_bounded_amount_of_memory()
    {
        await using ProxyUnderTest proxy = await StartAsync();
        await AssertServesAsync(proxy);
        long before = proxy.ResidentBytes;
        using RawClient attacker = await ConnectAsync(proxy);

        byte[] windows = [.. Settings(4, 0x7FFF_FFFF), .. WindowUpdate(0, 0x7000_0000)];
        await attacker.SendAsync(windows);
        await attacker.SendAsync(Repeat(100, i => Get(1 + (2 * i), "/bytes/20000000")));
        await proxy.StatReachesAsync("http2.streams_active", 100);
        await proxy.StatReachesAsync("http2.pending_send_bytes", 1);
        for (int i = 0; i < 20; i++)
        {
            await AssertServesAsync(proxy);
        }

        // 100 streams with 64 KiB of queue, one read beyond it, and the connections to the host.
        Assert.InRange(await proxy.StatAsync("http2.pending_send_bytes"), 1, 100 * 256 * 1024);
        Assert.InRange(proxy.ResidentBytes - before, 0, 96L << 20);
    }

    /// <summary>So many hostile frames, or streams, of one kind.</summary>
    internal static byte[] FloodOf(string what, int count) => what switch
    {
        "rapid reset" => Repeat(count, i => [.. Get(1 + (2 * i), "/wait/1000"), .. Reset(1 + (2 * i))]),
        "resets that we are made to send" => Repeat(count, i => [.. Get(1 + (2 * i), "/wait/1000"), .. WindowUpdate(1 + (2 * i), 0x7FFF_FFFF)]),
        "endless header block" => [.. Frame(Headers, 1, 1, 0x82), .. Repeat(count, _ => Frame(Continuation, 0, 1, 0x82))],
        "huge header block" => [.. Frame(Headers, 1, 1, new byte[16_000]), .. Repeat(8, _ => Frame(Continuation, 0, 1, new byte[16_000]))],
        "empty DATA" => [.. Post(1), .. Repeat(count, _ => Frame(Data, 0, 1))],
        "empty CONTINUATION" => [.. Frame(Headers, 1, 1, 0x82), .. Repeat(count, _ => Frame(Continuation, 0, 1))],
        "PRIORITY" => Repeat(count, i => Frame(Priority, 0, 1 + (2 * i), 0, 0, 0, 0, 1)),
        "WINDOW_UPDATE" => Repeat(count, _ => WindowUpdate(0, 1)),
        "unknown frames" => Repeat(count, _ => Frame(0x42, 0, 0)),
        "GOAWAY" => Repeat(count, _ => Frame(GoAway, 0, 0, new byte[8])),
        "RST_STREAM of a closed stream" => [.. Get(1), .. Repeat(count, _ => Reset(1))],
        "DATA of a closed stream" => [.. Post(1), .. Reset(1), .. Repeat(count, _ => Body(1, "x", false))],
        "refused streams" => Repeat(count, i => Get(1 + (2 * i), "/wait/1000")),
        "PING" => Repeat(count, _ => Ping()),
        "SETTINGS" => Repeat(count, _ => Frame(SettingsFrame, 0, 0)),
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "no such flood"),
    };

    private Task<ProxyUnderTest> StartAsync(string manager = "") => ProxyUnderTest.StartAsync(Bootstrap.Http(backend.Http1, manager));

    private static async Task AssertServesAsync(ProxyUnderTest proxy)
    {
        using RawClient other = await ConnectAsync(proxy);
        await other.SendAsync(Get(1));
        await CompletedAsync(other, 1);
    }
}
