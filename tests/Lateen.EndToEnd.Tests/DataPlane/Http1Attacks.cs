namespace Lateen.EndToEnd.Tests.DataPlane;

/// <summary>Requests that no honest client sends, with the status that answers each. What is smuggled asks for a path with "never".</summary>
internal static class Http1Attacks
{
    /// <summary>The connection manager of an edge that speaks HTTP/1 only.</summary>
    public const string Edge =
        "codec_type: HTTP1\nnormalize_path: true\nmerge_slashes: true\n"
        + "common_http_protocol_options: {headers_with_underscores_action: REJECT_REQUEST}\n";

    private const string Smuggled = "GET /never HTTP/1.1\r\nHost: a\r\n\r\n";

    public static TheoryData<string, string, string> Refused
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            AddFraming(rows);
            AddLines(rows);
            AddRequestLines(rows);
            AddHosts(rows);
            AddConnections(rows);
            return rows;
        }
    }

    private static void AddFraming(TheoryData<string, string, string> rows)
    {
        (string Name, string Status, string Headers)[] heads =
        [
            ("CL.TE", "400", "Content-Length: 6\r\nTransfer-Encoding: chunked"),
            ("TE.CL", "400", "Transfer-Encoding: chunked\r\nContent-Length: 4"),
            ("TE.TE, the second hidden", "400", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x"),
            ("TE twice", "400", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
            ("TE chunked twice in one line", "400", "Transfer-Encoding: chunked, chunked"),
            ("TE with a leading comma", "400", "Transfer-Encoding: ,chunked"),
            ("TE not chunked at last", "400", "Transfer-Encoding: chunked, identity"),
            ("TE unknown", "400", "Transfer-Encoding: xchunked"),
            ("TE another coding first", "501", "Transfer-Encoding: gzip, chunked"),
            ("TE behind a vertical tab", "400", "Transfer-Encoding: \x0b" + "chunked"),
            ("TE before a no-break space", "400", "Transfer-Encoding: chunked\xa0"),
            ("TE with a blank before its colon", "400", "Transfer-Encoding : chunked"),
            ("TE folded", "400", "Transfer-Encoding:\r\n chunked"),
            ("CL twice, differing", "400", "Content-Length: 4\r\nContent-Length: 5"),
            ("CL twice, the same", "400", "Content-Length: 4\r\nContent-Length: 4"),
            ("CL as a list", "400", "Content-Length: 4, 4"),
            ("CL with a plus", "400", "Content-Length: +4"),
            ("CL negative", "400", "Content-Length: -1"),
            ("CL hexadecimal", "400", "Content-Length: 0x4"),
            ("CL with an underscore", "400", "Content-Length: 1_0"),
            ("CL empty", "400", "Content-Length:"),
            ("CL with a blank inside", "400", "Content-Length: 1 0"),
            ("CL beyond 64 bits", "400", "Content-Length: 18446744073709551617"),
        ];
        foreach ((string name, string status, string headers) in heads)
        {
            rows.Add(name, status, $"POST /never HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n0\r\n\r\n{Smuggled}");
        }

        (string Name, string Body)[] bodies =
        [
            ("chunk size with 0x", "0x1\r\na\r\n0\r\n\r\n"),
            ("chunk size with a plus", "+1\r\na\r\n0\r\n\r\n"),
            ("chunk size behind a blank", " 1\r\na\r\n0\r\n\r\n"),
            ("chunk size before a blank", "1 \r\na\r\n0\r\n\r\n"),
            ("chunk size empty", "\r\na\r\n0\r\n\r\n"),
            ("chunk size beyond 64 bits", "10000000000000001\r\na\r\n0\r\n\r\n"),
            ("chunk size ended by LF", "1\na\r\n0\r\n\r\n"),
            ("chunk data ended by LF", "1\r\na\n0\r\n\r\n"),
            ("chunk data longer than its size", "1\r\nab\r\n0\r\n\r\n"),
            ("chunk extension with a bare CR", "1;a\rb\r\na\r\n0\r\n\r\n"),
            ("chunk extension with a NUL", "1;a\0b\r\na\r\n0\r\n\r\n"),
            ("chunk extension beyond its limit", $"1;{new string('x', 5000)}\r\na\r\n0\r\n\r\n"),
            ("length in the trailers", "0\r\nContent-Length: 4\r\n\r\n"),
            ("coding in the trailers", "0\r\nTransfer-Encoding: chunked\r\n\r\n"),
            ("host in the trailers", "0\r\nHost: b\r\n\r\n"),
            ("fold in the trailers", "0\r\nA: b\r\n c\r\n\r\n"),
            ("too many trailers", $"0\r\n{string.Concat(Enumerable.Range(0, 101).Select(static i => $"T{i}: x\r\n"))}\r\n"),
            ("trailers too long", $"0\r\nT: {new string('x', 61 * 1024)}\r\n\r\n"),
        ];
        foreach ((string name, string body) in bodies)
        {
            // The head is good, so the path is reached; what follows the broken body must not be.
            string status = name == "trailers too long" ? "431" : "400";
            rows.Add(name, status, $"POST /sink HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{body}{Smuggled}");
        }
    }

    private static void AddLines(TheoryData<string, string, string> rows)
    {
        rows.Add("bare LF throughout", "400", "GET /never HTTP/1.1\nHost: a\n\n");
        rows.Add("one bare LF", "400", "GET /never HTTP/1.1\r\nHost: a\nX: y\r\n\r\n");
        rows.Add("bare CR in a value", "400", "GET /never HTTP/1.1\r\nHost: a\r\nX: a\rX-Evil: b\r\n\r\n");
        rows.Add("NUL in a value", "400", "GET /never HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n");
        rows.Add("escape in a value", "400", "GET /never HTTP/1.1\r\nHost: a\r\nX: \x1b[2J\r\n\r\n");
        rows.Add("DEL in a value", "400", "GET /never HTTP/1.1\r\nHost: a\r\nX: \x7f\r\n\r\n");
        rows.Add("fold", "400", "GET /never HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n");
        rows.Add("blank before the first header", "400", "GET /never HTTP/1.1\r\n Host: a\r\n\r\n");
        rows.Add("blank before a colon", "400", "GET /never HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n");
        rows.Add("no name", "400", "GET /never HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n");
        rows.Add("no colon", "400", "GET /never HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n");
        rows.Add("a name beyond ASCII", "400", "GET /never HTTP/1.1\r\nHost: a\r\nX\xe9: y\r\n\r\n");
        rows.Add("a pseudo-header", "400", "GET /never HTTP/1.1\r\nHost: a\r\n:path: /other\r\n\r\n");
        rows.Add("a line that never ends", "431", "GET /never HTTP/1.1\r\nHost: a\r\nX: " + new string('x', 62 * 1024));
        rows.Add("a URL that never ends", "431", "GET /never" + new string('x', 62 * 1024));
        rows.Add("too many headers", "431",
            $"GET /never HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Range(0, 101).Select(static i => $"X{i}: y\r\n"))}\r\n");
        rows.Add("headers too long together", "431",
            $"GET /never HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Range(0, 90).Select(static i => $"X{i}: {new string('y', 700)}\r\n"))}\r\n");
    }

    private static void AddRequestLines(TheoryData<string, string, string> rows)
    {
        rows.Add("HTTP/0.9", "400", "GET /never\r\n\r\n");
        rows.Add("HTTP/1.0", "426", "GET /never HTTP/1.0\r\nHost: a\r\n\r\n");
        rows.Add("HTTP/1.2", "505", "GET /never HTTP/1.2\r\nHost: a\r\n\r\n");
        rows.Add("HTTP/3.0", "505", "GET /never HTTP/3.0\r\nHost: a\r\n\r\n");
        rows.Add("a long version", "400", "GET /never HTTP/1.11\r\nHost: a\r\n\r\n");
        rows.Add("a version in lower case", "400", "GET /never http/1.1\r\nHost: a\r\n\r\n");
        rows.Add("an HTTP/2 preface where only HTTP/1 is spoken", "505", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        rows.Add("two blanks", "400", "GET  /never HTTP/1.1\r\nHost: a\r\n\r\n");
        rows.Add("tabs for blanks", "400", "GET\t/never\tHTTP/1.1\r\nHost: a\r\n\r\n");
        rows.Add("a blank in the target", "400", "GET /never more HTTP/1.1\r\nHost: a\r\n\r\n");
        rows.Add("a blank at the end", "400", "GET /never HTTP/1.1 \r\nHost: a\r\n\r\n");
        rows.Add("a method that is no token", "400", "GE(T /never HTTP/1.1\r\nHost: a\r\n\r\n");
        rows.Add("a control character in the target", "400", "GET /never\x01 HTTP/1.1\r\nHost: a\r\n\r\n");
        rows.Add("a NUL in the target", "400", "GET /never\0 HTTP/1.1\r\nHost: a\r\n\r\n");
        rows.Add("a target without a slash", "400", "GET never HTTP/1.1\r\nHost: a\r\n\r\n");
        rows.Add("an asterisk for GET", "400", "GET * HTTP/1.1\r\nHost: a\r\n\r\n");
        rows.Add("an authority for GET", "400", "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n");
        rows.Add("another scheme", "400", "GET ftp://a/never HTTP/1.1\r\nHost: a\r\n\r\n");
        rows.Add("user information", "400", "GET http://u:p@a/never HTTP/1.1\r\nHost: a\r\n\r\n");
        rows.Add("CONNECT", "501", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n");
        rows.Add("a TLS hello", "400", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03");
        rows.Add("two empty lines first", "400", "\r\n\r\nGET /never HTTP/1.1\r\nHost: a\r\n\r\n");
        rows.Add("a NUL in the escaped path", "400", "GET /never%00 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        rows.Add("a path above the root", "400", "GET /../never HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    }

    private static void AddHosts(TheoryData<string, string, string> rows)
    {
        foreach ((string name, string lines) in new (string, string)[]
        {
            ("no host", ""), ("an empty host", "Host:\r\n"), ("two hosts", "Host: a\r\nHost: b\r\n"), ("the same host twice", "Host: a\r\nHost: a\r\n"),
            ("a list of hosts", "Host: a, b\r\n"), ("a host with a user", "Host: u@a\r\n"), ("a host with a path", "Host: a/b\r\n"),
            ("a host with two ports", "Host: a:80:80\r\n"), ("a host with a huge port", "Host: a:65536\r\n"), ("a host with an empty port", "Host: a:\r\n"),
            ("half an IPv6 address", "Host: [::1\r\n"), ("a host with a blank", "Host: a b\r\n"), ("a host with a fragment", "Host: a#b\r\n"),
        })
        {
            rows.Add(name, "400", $"GET /never HTTP/1.1\r\n{lines}\r\n");
        }
    }

    private static void AddConnections(TheoryData<string, string, string> rows)
    {
        foreach (string name in new[]
        {
            "authorization", "cookie", "host", "content-length", "transfer-encoding", "x-forwarded-for", "x-forwarded-proto", "x-envoy-internal",
            "x-request-id", "traceparent", ":path", "a,b,c,d,e,f,g,h,i,j,k",
        })
        {
            rows.Add($"Connection: {name}", "400", $"GET /never HTTP/1.1\r\nHost: a\r\nConnection: close, {name}\r\nCookie: x\r\n\r\n");
        }

        rows.Add("an expectation that nobody meets", "417", "POST /never HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 200-ok\r\n\r\n");
        rows.Add("a header with an underscore", "400", "GET /never HTTP/1.1\r\nHost: a\r\nX_Forwarded_For: 1.2.3.4\r\n\r\n");
    }
}
