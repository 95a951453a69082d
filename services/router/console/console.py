"""What every page of the console is made with. Shell."""

from services.router.console.access import Gate
from services.router.console.audit_now import Audit
from services.router.console.desk_now import DeskNow
from services.router.console.editor import Editor
from services.router.console.frame import Frame
from services.router.console.holder_asking import HolderAsking
from services.router.console.learning_now import LearningNow
from services.router.console.ordering import Ordering
from services.router.console.passkeys import Passkeys
from services.router.console.ports import Admins, BrokerLink, DirectoryNow
from services.router.console.settings import ConsoleSettings
from services.router.console.would_change import WouldChange
from shared.clock import Clock


class Console:
    """Handed to each module of `pages`: `routes(console)`. What a subject needs more is added here and there built."""

    def __init__(
        self,
        settings: ConsoleSettings,
        *,
        admins: Admins,
        directories: DirectoryNow,
        frame: Frame,
        broker: BrokerLink,
        passkeys: Passkeys,
        editor: Editor,
        learning: LearningNow,
        audit: Audit,
        desk: DeskNow,
        orders: Ordering,
        holders: HolderAsking,
        would_change: WouldChange,
        clock: Clock,
    ) -> None:
        self.settings = settings
        self.admins = admins
        self.directories = directories
        self.frame = frame
        self.broker = broker
        self.passkeys = passkeys
        self.editor = editor
        self.learning = learning
        self.audit = audit
        self.desk = desk
        self.orders = orders
        self.holders = holders
        self.would_change = would_change
        self.clock = clock
        self.gate = Gate(settings, admins=admins, directories=directories, frame=frame, audit=audit, clock=clock)
