namespace Lateen.Engine.Http2;

internal enum Http2HeadKind : byte
{
    Request,
    Response,
    Trailers,

    /// <summary>Decoded for the table's sake and thrown away.</summary>
    Discard,
}
