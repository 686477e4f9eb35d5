"""Says in one sentence why the server cannot start; a trace is for bugs."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.core.failures import in_words


class StartInWords:
    """The frameworks below report a failed start by its trace, and the server prints what they report."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return
        failed: Message | None = None

        async def hold_back(message: Message) -> None:
            nonlocal failed
            if message["type"] == "lifespan.startup.failed":
                failed = message
            else:
                await send(message)

        try:
            await self.app(scope, receive, hold_back)
        except BaseException as error:
            if failed is not None:
                words = in_words(error)
                await send({**failed, "message": f"Guichet cannot start. {words}"} if words else failed)
            raise
