namespace Lateen.Samples.Httpbin;

/// <summary>The fixed bodies of httpbin.</summary>
internal static class StaticPages
{
    public const string Index = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>httpbin</title></head>
        <body><h1>httpbin</h1><p>Answers what it was asked:</p><ul>
        <li><a href="/get">/get</a>, /post, /put, /patch, /delete, <a href="/anything">/anything</a></li>
        <li><a href="/headers">/headers</a>, <a href="/ip">/ip</a>, <a href="/user-agent">/user-agent</a>, <a href="/uuid">/uuid</a></li>
        <li><a href="/status/418">/status/CODES</a>, <a href="/delay/1">/delay/SECONDS</a>, <a href="/redirect/2">/redirect/N</a></li>
        <li><a href="/bytes/16">/bytes/N</a>, <a href="/stream/3">/stream/N</a>, <a href="/gzip">/gzip</a>,
        <a href="/html">/html</a>, <a href="/json">/json</a>, <a href="/cookies">/cookies</a></li>
        <li>/basic-auth/USER/PASSWORD, /response-headers?NAME=VALUE, /redirect-to?url=URL</li>
        </ul></body></html>

        """;

    public const string Html = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>A page</title></head>
        <body><h1>The lateen sail</h1><p>A three-cornered sail on a slanting yard lets a boat go where the wind comes from.</p></body></html>

        """;

    public const string Json = """
        {
          "slideshow": {
            "author": "Lateen",
            "date": "date of publication",
            "slides": [
              { "title": "Setting the sail", "type": "all" },
              { "items": ["a mast", "a yard", "a sheet"], "title": "What it takes", "type": "all" }
            ],
            "title": "Sample Slide Show"
          }
        }

        """;
}
