namespace Lateen.Samples.Bookinfo;

/// <summary>The look of the product page: paper, ink and a sail's red.</summary>
internal static class PageStyle
{
    public const string Css = """

        :root { --ink: #22384f; --soft: #5d6b78; --paper: #faf6ee; --card: #fffdf8; --line: #e8dfce; --sail: #b4432f; --sun: #e5a55d }
        * { box-sizing: border-box }
        body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--paper); color: var(--ink);
          font: 16px/1.6 system-ui, -apple-system, "Segoe UI", sans-serif }
        h1, h2, blockquote, .brand { font-family: Georgia, "Iowan Old Style", "Times New Roman", serif }
        a { color: var(--sail) }
        code { font: .9em ui-monospace, SFMono-Regular, Menlo, monospace; background: #f1e9da; padding: .1em .4em; border-radius: 4px }
        header { display: flex; justify-content: space-between; align-items: center; padding: .9rem max(1.5rem, calc(50vw - 34rem));
          background: var(--card); border-bottom: 1px solid var(--line); position: relative }
        .brand { display: flex; align-items: center; gap: .6rem; color: var(--ink); text-decoration: none; font-size: 1.25rem }
        .brand svg { width: 2rem; height: 2rem }
        main { flex: 1; width: 100%; max-width: 71rem; margin: 0 auto; padding: 2.5rem 1.5rem }
        footer { padding: 1.2rem; text-align: center; color: var(--soft); font-size: .85rem; border-top: 1px solid var(--line) }
        .button { display: inline-block; border: 1px solid var(--sail); border-radius: 999px; padding: .35rem 1.1rem; cursor: pointer;
          background: var(--sail); color: #fff; font: inherit; font-size: .95rem; text-decoration: none; list-style: none }
        .button::-webkit-details-marker { display: none }
        .button.quiet { background: none; color: var(--sail) }
        .button:hover { filter: brightness(1.08) }
        .signin form { position: absolute; right: max(1.5rem, calc(50vw - 34rem)); top: 100%; margin-top: .5rem; z-index: 2; width: 17rem;
          display: grid; gap: .8rem; padding: 1.2rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px;
          box-shadow: 0 12px 32px #22384f22 }
        label { display: grid; gap: .2rem; font-size: .85rem; color: var(--soft) }
        input { font: inherit; padding: .45rem .7rem; border: 1px solid var(--line); border-radius: 8px; background: #fff }
        .user { display: flex; align-items: center; gap: .6rem; margin: 0 }
        .avatar { display: grid; place-items: center; width: 2rem; height: 2rem; border-radius: 50%; background: var(--ink); color: #fff }
        .hero { display: grid; grid-template-columns: 11rem 1fr; gap: 2.5rem; align-items: center; margin-bottom: 2.5rem }
        .hero.narrow { grid-template-columns: 1fr; max-width: 38rem; margin: 4rem auto }
        .hero p { max-width: 40rem }
        .kicker { margin: 0; text-transform: uppercase; letter-spacing: .14em; font-size: .75rem; color: var(--sail) }
        h1 { margin: .1em 0 .3em; font-size: clamp(2rem, 5vw, 3.2rem); line-height: 1.1; font-weight: 500 }
        .cover { aspect-ratio: 2/3; border-radius: 4px 10px 10px 4px; padding: 1.2rem 1rem; display: flex; flex-direction: column;
          justify-content: space-between; color: #fff7e8; background: linear-gradient(100deg, #0003 0 6%, #0000 9%),
          linear-gradient(160deg, #2d4a68, #1b2c3f); box-shadow: 0 18px 36px #22384f40; font-family: Georgia, serif; overflow: hidden }
        .cover svg { width: 7rem; align-self: center } .cover path:last-child { fill: #f3ead9 }
        .cover b { font-size: 1.35rem; line-height: 1.15; font-weight: 500 }
        .cover em { font-size: .85rem; opacity: .8 }
        .columns { display: grid; grid-template-columns: 1fr 2fr; gap: 1.5rem; align-items: start }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.5rem 1.8rem }
        h2 { margin: 0 0 .8rem; font-weight: 500; font-size: 1.4rem }
        .error { color: var(--sail) }
        dl { margin: 0 }
        dl div { display: flex; justify-content: space-between; gap: 1rem; padding: .45rem 0; border-top: 1px solid var(--line) }
        dt { color: var(--soft) }
        dd { margin: 0; text-align: right }
        figure { margin: 0; padding: 1.1rem 0; border-top: 1px solid var(--line) }
        blockquote { margin: 0 0 .4rem; font-size: 1.12rem }
        blockquote::before { content: "\201C" } blockquote::after { content: "\201D" }
        figcaption { color: var(--soft); font-size: .9rem } figcaption::before { content: "\2014\00a0" }
        .stars { display: flex; gap: .15rem; margin: .6rem 0 0 }
        .star { width: 1.35rem; height: 1.35rem; fill: currentColor }
        .text-red-500 { color: #d22f2f } .text-black-500 { color: #14191f }
        .star.empty { color: #e2d8c6 }
        .warning { margin: .6rem 0 0; padding: .4rem .8rem; border-left: 3px solid var(--sun); background: #fdf1de; font-size: .92rem }
        .served { margin: .6rem 0 0; color: var(--soft); font-size: .85rem }
        .actions { display: flex; gap: .8rem; margin-top: 1.6rem }
        @media (max-width: 50rem) { .columns, .hero { grid-template-columns: 1fr } .cover { width: 9rem } }

        """;
}
